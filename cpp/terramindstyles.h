/***************************************************************************
    terramindstyles.h
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

#ifndef TERRAMINDSTYLES_H
#define TERRAMINDSTYLES_H

#include "qgis-rs-ffi/src/bridge.rs.h"

class QgsRasterLayer;

/**
 * \brief Ways to draw a raster, as QGIS's renderers.
 */
namespace TerramindStyles
{
  //! Draws \a layer in the way of \a style. What cannot be drawn so, for want of a band or of any value, stays as it is.
  void apply( const terramind::Style &style, QgsRasterLayer &layer );
} // namespace TerramindStyles

#endif // TERRAMINDSTYLES_H
