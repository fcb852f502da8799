/***************************************************************************
    terramindprovider.cpp
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

#include "terramindprovider.h"
#include "terramindalgorithm.h"
#include "terramindtext.h"

#include "qgsmessagelog.h"

#include <QIcon>

using namespace TerramindText;

TerramindProvider::TerramindProvider( const terramind::Provider &description, const QString &iconPath )
  : mId( toQString( description.id ) )
  , mName( toQString( description.name ) )
  , mLongName( toQString( description.long_name ) )
  , mVersion( toQString( description.version ) )
  , mIconPath( iconPath )
{}

QString TerramindProvider::id() const
{
  return mId;
}

QString TerramindProvider::name() const
{
  return mName;
}

QString TerramindProvider::longName() const
{
  return mLongName;
}

QString TerramindProvider::versionInfo() const
{
  return mVersion;
}

QIcon TerramindProvider::icon() const
{
  return QIcon( mIconPath );
}

QString TerramindProvider::svgIconPath() const
{
  return mIconPath;
}

QStringList TerramindProvider::supportedOutputRasterLayerExtensions() const
{
  return QStringList() << QStringLiteral( "tif" );
}

QStringList TerramindProvider::supportedOutputVectorLayerExtensions() const
{
  return QStringList() << QStringLiteral( "gpkg" );
}

bool TerramindProvider::supportsNonFileBasedOutput() const
{
  return false;
}

void TerramindProvider::loadAlgorithms()
{
  try
  {
    for ( const terramind::Algorithm &description : terramind::describe_provider().algorithms )
      addAlgorithm( new TerramindAlgorithm( description ) );
  }
  catch ( const std::exception &e )
  {
    QgsMessageLog::logMessage( TerramindText::tr( "The algorithms could not be listed: %1" ).arg( QString::fromUtf8( e.what() ) ), mName, Qgis::MessageLevel::Critical );
  }
}
