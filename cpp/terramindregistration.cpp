/***************************************************************************
    terramindregistration.cpp
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

#include "terramindregistration.h"
#include "terramindprovider.h"
#include "terramindtext.h"

#include "qgsapplication.h"
#include "qgsconfig.h"
#include "qgsexception.h"
#include "qgsprocessingregistry.h"

#include <QPointer>

#include <memory>
#include <stdexcept>

namespace
{
  //! The provider belongs to QGIS, which may delete it at any time.
  QPointer<TerramindProvider> &registeredProvider()
  {
    static QPointer<TerramindProvider> sProvider;
    return sProvider;
  }

  //! QGIS's exceptions are no standard ones, and Rust takes only those.
  template<typename Work> void withStandardExceptions( Work work )
  {
    try
    {
      work();
    }
    catch ( const std::exception & )
    {
      throw;
    }
    catch ( const QgsException &e )
    {
      throw std::runtime_error( e.what().toStdString() );
    }
    catch ( ... )
    {
      throw std::runtime_error( "unknown exception" );
    }
  }
} // namespace

std::int32_t terramind::runningQgisVersion()
{
  return Qgis::versionInt();
}

std::int32_t terramind::builtQgisVersion()
{
  return _QGIS_VERSION_INT;
}

std::size_t terramind::addressInQgis()
{
  return reinterpret_cast<std::size_t>( &Qgis::versionInt );
}

void terramind::registerProvider( rust::Str iconPath )
{
  withStandardExceptions( [&] {
    if ( registeredProvider() )
      return;
    auto provider = std::make_unique<TerramindProvider>( describe_provider(), TerramindText::toQString( iconPath ) );
    const QPointer<TerramindProvider> watched = provider.get();
    const QString id = provider->id();
    // The registry owns the provider from here on, and deletes it if there is another one with its id.
    if ( !QgsApplication::processingRegistry()->addProvider( provider.release() ) )
      throw std::runtime_error( TerramindText::tr( "another Processing provider is called “%1” already" ).arg( id ).toStdString() );
    registeredProvider() = watched;
  } );
}

void terramind::unregisterProvider()
{
  withStandardExceptions( [] {
    if ( registeredProvider() )
      QgsApplication::processingRegistry()->removeProvider( registeredProvider().data() );
  } );
}
