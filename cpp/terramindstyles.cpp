/***************************************************************************
    terramindstyles.cpp
    ---------------------
    begin                : November 2026
    copyright            : (C) 2026 by the TerraMind for QGIS authors
 ***************************************************************************/

/***************************************************************************
 *                                                                         *
 *   This program is free software; you can redistribute it and/or modify  *
 *   it under the terms of the GNU General Public License as published by  *
 *   the Free Software Foundation; either version 2 of the License, or     *
 *   (at your option) any later version.                                   *
 *                                                                         *
 ***************************************************************************/

#include "terramindstyles.h"
#include "terramindtext.h"

#include "qgscolorramp.h"
#include "qgscontrastenhancement.h"
#include "qgsmultibandcolorrenderer.h"
#include "qgspalettedrasterrenderer.h"
#include "qgsrasterbandstats.h"
#include "qgsrasterdataprovider.h"
#include "qgsrasterlayer.h"
#include "qgsrasterminmaxorigin.h"
#include "qgsrastershader.h"
#include "qgssinglebandgrayrenderer.h"
#include "qgssinglebandpseudocolorrenderer.h"
#include "qgsstyle.h"

#include <algorithm>
#include <cmath>
#include <memory>

using namespace TerramindText;
using terramind::StyleKind;

namespace
{
  //! The values at the ends of a ramp.
  struct Range
  {
      double minimum = 0;
      double maximum = 0;
      //! Says in the layer's properties where the values come from.
      QgsRasterMinMaxOrigin origin;

      //! Returns FALSE where there is no value in the raster to take an end from.
      bool isKnown() const { return std::isfinite( minimum ) && std::isfinite( maximum ); }
  };

  //! By its name, because the enumeration is not the same in all versions of QGIS.
  auto cumulativeCut()
  {
    return QgsRasterMinMaxOrigin::limitsFromString( QStringLiteral( "CumulativeCut" ) );
  }

  //! Takes both ends from the data, as QGIS does by default: the cumulative cut of 2 to 98 %.
  Range cut( int band, QgsRasterDataProvider &provider )
  {
    Range range;
    provider.cumulativeCut(
      band, QgsRasterMinMaxOrigin::CUMULATIVE_CUT_LOWER, QgsRasterMinMaxOrigin::CUMULATIVE_CUT_UPPER, range.minimum, range.maximum, QgsRectangle(), static_cast<int>( QgsRasterLayer::SAMPLE_SIZE )
    );
    range.origin.setLimits( cumulativeCut() );
    if ( !range.isKnown() )
    {
      // Where all pixels are alike there is nothing to cut.
      const QgsRasterBandStats statistics = provider.bandStatistics( band );
      if ( statistics.minimumValue <= statistics.maximumValue )
      {
        range.minimum = statistics.minimumValue;
        range.maximum = statistics.maximumValue;
      }
    }
    return range;
  }

  //! Takes from the data what \a style does not give.
  Range rangeOf( const terramind::Style &style, QgsRasterDataProvider &provider )
  {
    Range range;
    if ( !style.minimum.known || !style.maximum.known )
      range = cut( style.bands[0], provider );
    if ( style.minimum.known || style.maximum.known )
      range.origin = QgsRasterMinMaxOrigin();
    if ( style.minimum.known )
      range.minimum = style.minimum.value;
    if ( style.maximum.known )
      range.maximum = style.maximum.value;
    // A ramp needs two ends.
    if ( range.maximum <= range.minimum )
      range.maximum = range.minimum + 1;
    return range;
  }

  std::unique_ptr<QgsRasterRenderer> createGray( const terramind::Style &style, const Range &range, QgsRasterDataProvider &provider )
  {
    const int band = style.bands[0];
    auto stretch = std::make_unique<QgsContrastEnhancement>( provider.dataType( band ) );
    stretch->setContrastEnhancementAlgorithm( QgsContrastEnhancement::StretchToMinimumMaximum );
    stretch->setMinimumValue( range.minimum );
    stretch->setMaximumValue( range.maximum );
    auto renderer = std::make_unique<QgsSingleBandGrayRenderer>( &provider, band );
    renderer->setContrastEnhancement( stretch.release() );
    return renderer;
  }

  std::unique_ptr<QgsRasterRenderer> createRamp( const terramind::Style &style, const Range &range, QgsRasterDataProvider &provider )
  {
    std::unique_ptr<QgsColorRamp> ramp( QgsStyle::defaultStyle()->colorRamp( toQString( style.ramp ) ) );
    // Users may delete ramps.
    if ( !ramp )
      return createGray( style, range, provider );
    if ( style.invert )
      ramp->invert();
    auto renderer = std::make_unique<QgsSingleBandPseudoColorRenderer>( &provider, style.bands[0] );
    renderer->setClassificationMin( range.minimum );
    renderer->setClassificationMax( range.maximum );
    renderer->createShader( ramp.release() );
    return renderer;
  }

  std::unique_ptr<QgsRasterRenderer> createPaletted( const terramind::Style &style, QgsRasterDataProvider &provider )
  {
    QgsPalettedRasterRenderer::ClassData classes;
    for ( const terramind::StyleClass &entry : style.classes )
      classes << QgsPalettedRasterRenderer::Class( entry.value, QColor( toQString( entry.colour ) ), toQString( entry.label ) );
    return std::make_unique<QgsPalettedRasterRenderer>( &provider, style.bands[0], classes );
  }
} // namespace

void TerramindStyles::apply( const terramind::Style &style, QgsRasterLayer &layer )
{
  QgsRasterDataProvider *provider = layer.dataProvider();
  const auto isThere = [&layer]( int band ) { return band >= 1 && band <= layer.bandCount(); };
  if ( !provider || style.kind == StyleKind::Unset || !std::all_of( style.bands.begin(), style.bands.end(), isThere ) )
    return;

  std::unique_ptr<QgsRasterRenderer> renderer;
  switch ( style.kind )
  {
    case StyleKind::Multiband:
      renderer = std::make_unique<QgsMultiBandColorRenderer>( provider, style.bands[0], style.bands[1], style.bands[2] );
      break;
    case StyleKind::Gray:
    case StyleKind::Ramp:
    {
      const Range range = rangeOf( style, *provider );
      if ( !range.isKnown() )
        return;
      renderer = style.kind == StyleKind::Gray ? createGray( style, range, *provider ) : createRamp( style, range, *provider );
      renderer->setMinMaxOrigin( range.origin );
      break;
    }
    case StyleKind::Paletted:
      renderer = createPaletted( style, *provider );
      break;
    case StyleKind::Unset:
      return;
  }
  layer.setRenderer( renderer.release() );
  if ( style.kind == StyleKind::Multiband )
    layer.setContrastEnhancement( QgsContrastEnhancement::StretchToMinimumMaximum, cumulativeCut() );
  layer.triggerRepaint();
}
