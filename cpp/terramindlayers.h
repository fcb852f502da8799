/***************************************************************************
    terramindlayers.h
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

#ifndef TERRAMINDLAYERS_H
#define TERRAMINDLAYERS_H

#include "qgsprocessingcontext.h"

#include "qgis-rs-ffi/src/bridge.rs.h"

class QgsProcessingAlgorithm;

/**
 * \brief Names, draws and annotates the layers that QGIS loads after a run.
 */
namespace TerramindLayers
{
  //! Has QGIS name, draw and annotate each output of \a layers that it is going to load; \a outputs are the results of the run.
  void apply( const rust::Vec<terramind::Layer> &layers, const QVariantMap &outputs, const QgsProcessingAlgorithm &algorithm, QgsProcessingContext &context );
} // namespace TerramindLayers

#endif // TERRAMINDLAYERS_H
