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
#include "terramindstyles.h"
#include "terramindtext.h"

#include "qgslayermetadata.h"
#include "qgslayernotesutils.h"
#include "qgsprocessingalgorithm.h"
#include "qgsrasterlayer.h"

using namespace TerramindText;

namespace
{
  //! Draws and annotates a layer once QGIS has loaded it.
  class Finish : public QgsProcessingLayerPostProcessorInterface
  {
    public:
      Finish( const terramind::Style &style, const QString &notes )
        : mStyle( style )
        , mNotes( notes )
      {}

      void postProcessLayer( QgsMapLayer *layer, QgsProcessingContext &, QgsProcessingFeedback * ) override
      {
        if ( QgsRasterLayer *raster = qobject_cast<QgsRasterLayer *>( layer ) )
          TerramindStyles::apply( mStyle, *raster );
        if ( layer && !mNotes.isEmpty() )
        {
          QgsLayerMetadata metadata = layer->metadata();
          metadata.setAbstract( mNotes );
          layer->setMetadata( metadata );
          QgsLayerNotesUtils::setLayerNotes( layer, toHtml( mNotes ) );
        }
      }

    private:
      terramind::Style mStyle;
      QString mNotes;
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
    if ( layer.style.kind != terramind::StyleKind::Unset || !layer.notes.empty() )
      details.setPostProcessor( new Finish( layer.style, toQString( layer.notes ) ) );
  }
}
