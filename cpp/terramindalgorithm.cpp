/***************************************************************************
    terramindalgorithm.cpp
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

#include "terramindalgorithm.h"
#include "terramindfeedback.h"
#include "terramindlayers.h"
#include "terramindparameters.h"
#include "terramindtext.h"
#include "terramindvalues.h"

#include "qgsprocessingprovider.h"

#include <QFileInfo>
#include <QIcon>
#include <QJsonDocument>
#include <QUrl>

using namespace TerramindText;

TerramindAlgorithm::TerramindAlgorithm( const terramind::Algorithm &description )
  : mDescription( description )
{}

QString TerramindAlgorithm::name() const
{
  return toQString( mDescription.id );
}

QString TerramindAlgorithm::displayName() const
{
  return translated( mDescription.name );
}

QString TerramindAlgorithm::group() const
{
  return translated( mDescription.group );
}

QString TerramindAlgorithm::groupId() const
{
  return toQString( mDescription.group_id );
}

QStringList TerramindAlgorithm::tags() const
{
  // All of them are one text for translators. The English ones stay: documentation and scripts use them.
  QStringList tags = toQStringList( mDescription.tags );
  for ( const QString &tag : tr( tags.join( ',' ).toUtf8().constData() ).split( ',', Qt::SkipEmptyParts ) )
  {
    if ( !tags.contains( tag ) )
      tags << tag;
  }
  return tags;
}

QString TerramindAlgorithm::shortDescription() const
{
  return translated( mDescription.summary );
}

QString TerramindAlgorithm::shortHelpString() const
{
  return toHtml( translated( mDescription.summary ) + QStringLiteral( "\n\n" ) + translated( mDescription.help ) );
}

QString TerramindAlgorithm::helpUrl() const
{
  if ( !provider() )
    return QString();
  // Without a page QGIS would look for one in its own documentation, where there is none of ours.
  const QString folder = QFileInfo( provider()->svgIconPath() ).path();
  for ( const QString &page : { QStringLiteral( "doc/algorithms/%1.html" ).arg( name() ), QStringLiteral( "README.md" ) } )
  {
    const QFileInfo file( folder, page );
    if ( file.isFile() )
      return QUrl::fromLocalFile( file.absoluteFilePath() ).toString( QUrl::FullyEncoded );
  }
  return QString();
}

QIcon TerramindAlgorithm::icon() const
{
  return provider() ? QIcon( svgIconPath() ) : QgsProcessingAlgorithm::icon();
}

QString TerramindAlgorithm::svgIconPath() const
{
  if ( !provider() )
    return QgsProcessingAlgorithm::svgIconPath();
  const QString shared = provider()->svgIconPath();
  const QString own = QStringLiteral( "%1/icons/%2.svg" ).arg( QFileInfo( shared ).path(), name() );
  return QFileInfo::exists( own ) ? own : shared;
}

bool TerramindAlgorithm::canExecute( QString *errorMessage ) const
{
  if ( errorMessage && !mProblem.isEmpty() )
    *errorMessage = mProblem;
  return mProblem.isEmpty();
}

bool TerramindAlgorithm::checkParameterValues( const QVariantMap &parameters, QgsProcessingContext &context, QString *message ) const
{
  const QVariantMap named = TerramindValues::withoutIndices( mDescription, parameters );
  try
  {
    TerramindValues( *this, mDescription, named, context ).check();
  }
  catch ( const QgsProcessingException &e )
  {
    if ( message )
      *message = e.what();
    return false;
  }
  return QgsProcessingAlgorithm::checkParameterValues( named, context, message );
}

void TerramindAlgorithm::initAlgorithm( const QVariantMap & )
{
  for ( const terramind::Parameter &description : mDescription.parameters )
    addParameter( TerramindParameters::createParameter( description ).release() );
  for ( const terramind::Output &description : mDescription.outputs )
    addOutput( TerramindParameters::createOutput( description ).release() );
}

TerramindAlgorithm *TerramindAlgorithm::createInstance() const
{
  try
  {
    return new TerramindAlgorithm( terramind::describe_algorithm( mDescription.id ) );
  }
  catch ( const std::exception &e )
  {
    TerramindAlgorithm *unusable = new TerramindAlgorithm( mDescription );
    unusable->mProblem = QString::fromUtf8( e.what() );
    return unusable;
  }
}

bool TerramindAlgorithm::prepareAlgorithm( const QVariantMap &parameters, QgsProcessingContext &context, QgsProcessingFeedback *feedback )
{
  // Models and scripts come here without having asked.
  QString message;
  if ( !canExecute( &message ) || !checkParameterValues( parameters, context, &message ) )
    throw QgsProcessingException( message );

  const QVariantMap named = TerramindValues::withoutIndices( mDescription, parameters );
  mRequest = QJsonObject {
    { QStringLiteral( "algorithm" ), name() },
    { QStringLiteral( "parameters" ), TerramindValues( *this, mDescription, named, context ).collect( feedback ) },
  };
  const QJsonObject canvas = TerramindValues::canvas();
  if ( !canvas.isEmpty() )
    mRequest.insert( QStringLiteral( "canvas" ), canvas );
  return true;
}

QVariantMap TerramindAlgorithm::processAlgorithm( const QVariantMap &parameters, QgsProcessingContext &context, QgsProcessingFeedback *feedback )
{
  QJsonObject request = mRequest;
  QJsonObject values = request.value( QStringLiteral( "parameters" ) ).toObject();
  const QJsonObject destinations = TerramindValues( *this, mDescription, parameters, context ).destinations();
  for ( auto it = destinations.constBegin(); it != destinations.constEnd(); ++it )
    values.insert( it.key(), it.value() );
  request.insert( QStringLiteral( "parameters" ), values );

  try
  {
    const TerramindFeedback reporter( feedback );
    const QByteArray json = QJsonDocument( request ).toJson( QJsonDocument::Compact );
    const terramind::RunResult result = terramind::run_request( rust::Str( json.constData(), static_cast<std::size_t>( json.size() ) ), reporter );
    // A cancelled run throws too: returning would have qgis_process report success.
    if ( result.status != terramind::RunStatus::Ok )
      throw QgsProcessingException( toQString( result.message ) );

    const QByteArray outputs( result.outputs_json.data(), static_cast<int>( result.outputs_json.size() ) );
    const QVariantMap results = QJsonDocument::fromJson( outputs ).object().toVariantMap();
    TerramindLayers::apply( result.layers, results, *this, context );
    return results;
  }
  catch ( const std::exception &e )
  {
    throw QgsProcessingException( QString::fromUtf8( e.what() ) );
  }
}
