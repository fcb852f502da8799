/***************************************************************************
    terramindparameters.h
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

#ifndef TERRAMINDPARAMETERS_H
#define TERRAMINDPARAMETERS_H

#include "qgsprocessingoutputs.h"
#include "qgsprocessingparameters.h"

#include "qgis-rs-ffi/src/bridge.rs.h"

#include <memory>

/**
 * \brief QGIS's parameters and outputs, made from their descriptions.
 */
namespace TerramindParameters
{
  //! Creates the parameter that \a description tells of.
  std::unique_ptr<QgsProcessingParameterDefinition> createParameter( const terramind::Parameter &description );

  //! Creates the output that \a description tells of.
  std::unique_ptr<QgsProcessingOutputDefinition> createOutput( const terramind::Output &description );
} // namespace TerramindParameters

#endif // TERRAMINDPARAMETERS_H
