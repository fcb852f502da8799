/***************************************************************************
    terramindlayers.cpp
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

#include "terramindlayers.h"
#include "terramindtext.h"

#include "qgsmultibandcolorrenderer.h"
#include "qgsprocessingalgorithm.h"
#include "qgsrasterlayer.h"

#include <algorithm>

using namespace TerramindText;

namespace
{
  //! Draws three bands, each stretched between the cuts that QGIS takes by default.
  class MultibandStyle : public QgsProcessingLayerPostProcessorInterface
  {
    public:
      MultibandStyle( int red, int green, int blue )
        : mRed( red )
        , mGreen( green )
        , mBlue( blue )
      {}

      void postProcessLayer( QgsMapLayer *layer, QgsProcessingContext &, QgsProcessingFeedback * ) override
      {
        QgsRasterLayer *raster = qobject_cast<QgsRasterLayer *>( layer );
        if ( !raster || !raster->dataProvider() || raster->bandCount() < std::max( { mRed, mGreen, mBlue } ) )
          return;
        raster->setRenderer( new QgsMultiBandColorRenderer( raster->dataProvider(), mRed, mGreen, mBlue ) );
        raster->setContrastEnhancement( QgsContrastEnhancement::StretchToMinimumMaximum, QgsRasterMinMaxOrigin::CumulativeCut );
        raster->triggerRepaint();
      }

    private:
      int mRed = 0;
      int mGreen = 0;
      int mBlue = 0;
  };
} // namespace

void TerramindLayers::apply( const rust::Vec<terramind::Layer> &layers, const QVariantMap &outputs, const QgsProcessingAlgorithm &algorithm, QgsProcessingContext &context )
{
  for ( const terramind::Layer &layer : layers )
  {
    const QString output = toQString( layer.output );
    const QString path = outputs.value( output ).toString();
    if ( !context.willLoadLayerOnCompletion( path ) )
      continue;

    QgsProcessingContext::LayerDetails &details = context.layerToLoadOnCompletionDetails( path );
    const QgsProcessingParameterDefinition *destination = algorithm.parameterDefinition( output );
    // Another name than the parameter's was chosen by somebody, e.g. in a model, and stays.
    if ( destination && details.name == destination->description() )
      details.name = toQString( layer.name );
    // The context owns the post-processor.
    if ( layer.multiband )
      details.setPostProcessor( new MultibandStyle( layer.red, layer.green, layer.blue ) );
  }
}
