/***************************************************************************
    terramindregistration.h
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

#ifndef TERRAMINDREGISTRATION_H
#define TERRAMINDREGISTRATION_H

#include <cstddef>
#include <cstdint>

#include "rust/cxx.h"

// What Rust calls to reach QGIS. The first three touch no QGIS class, so that they work in every QGIS.
namespace terramind
{
  //! Returns the version of the QGIS that runs, e.g. 32216.
  std::int32_t runningQgisVersion();

  //! Returns the version of the QGIS whose headers this was compiled with.
  std::int32_t builtQgisVersion();

  //! Returns the address of a function of the QGIS core library.
  std::size_t addressInQgis();

  //! Adds the provider to QGIS, unless it is there already. Throws std::exception.
  void registerProvider( rust::Str iconPath );

  //! Takes the provider out of QGIS, if it is there. Throws std::exception.
  void unregisterProvider();
} // namespace terramind

#endif // TERRAMINDREGISTRATION_H
