/***************************************************************************
    terramindvalues.cpp
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

#include "terramindvalues.h"
#include "terramindtext.h"

#include "qgsconfig.h"
#include "qgsproviderregistry.h"
#include "qgsprocessingcontext.h"
#include "qgsprocessingfeedback.h"
#include "qgsprocessingutils.h"
#include "qgsrasterdataprovider.h"
#include "qgsrasterlayer.h"
#include "qgsrectangle.h"
#include "qgsvectordataprovider.h"
#include "qgsvectorlayer.h"

#include <QJsonArray>
#include <QRegularExpression>

using namespace TerramindText;
using terramind::ParameterKind;

namespace
{
#if _QGIS_VERSION_INT >= 33600
  constexpr auto WKT = Qgis::CrsWktVariant::Preferred;
#else
  constexpr auto WKT = QgsCoordinateReferenceSystem::WKT_PREFERRED;
#endif

  bool isList( const QVariant &value )
  {
    return value.userType() == QMetaType::QVariantList || value.userType() == QMetaType::QStringList;
  }

  bool isDestination( const terramind::Parameter &description )
  {
    switch ( description.kind )
    {
      case ParameterKind::RasterDestination:
      case ParameterKind::PointsDestination:
      case ParameterKind::PolygonsDestination:
      case ParameterKind::FileDestination:
      case ParameterKind::FolderDestination:
        return true;
      default:
        return false;
    }
  }

  //! Identifiers of other authorities, such as the user's own, mean nothing outside QGIS.
  QString crsText( const QgsCoordinateReferenceSystem &crs )
  {
    const QString id = crs.authid();
    return id.startsWith( QLatin1String( "EPSG:" ) ) ? id : crs.toWkt( WKT );
  }

  QJsonObject rectangle( double xmin, double ymin, double xmax, double ymax, const QString &crs )
  {
    return QJsonObject {
      { QStringLiteral( "xmin" ), xmin },
      { QStringLiteral( "ymin" ), ymin },
      { QStringLiteral( "xmax" ), xmax },
      { QStringLiteral( "ymax" ), ymax },
      { QStringLiteral( "crs" ), crs },
    };
  }

  //! Four bare numbers mean the target grid's CRS everywhere in QGIS; only parameterAsExtentCrs() answers with the project's.
  bool isWithoutCrs( const QVariant &value, const QString &text )
  {
    static const QRegularExpression sBare( QStringLiteral( "^\\s*[^,\\[\\]]+(,[^,\\[\\]]+){3}$" ) );
    return value.userType() == qMetaTypeId<QgsRectangle>() || sBare.match( text ).hasMatch();
  }
} // namespace

TerramindValues::TerramindValues( const QgsProcessingAlgorithm &algorithm, const terramind::Algorithm &description, const QVariantMap &parameters, QgsProcessingContext &context )
  : mAlgorithm( algorithm )
  , mDescription( description )
  , mParameters( parameters )
  , mContext( context )
{}

void TerramindValues::check() const
{
  QStringList known;
  for ( const terramind::Parameter &description : mDescription.parameters )
    known << toQString( description.name );
  for ( auto it = mParameters.constBegin(); it != mParameters.constEnd(); ++it )
  {
    // QGIS finds values by their exact names, so a name in other letters would be passed over in silence.
    if ( !known.contains( it.key() ) )
      throw QgsProcessingException( tr( "Unknown parameter “%1”. This algorithm takes: %2" ).arg( it.key(), known.join( QLatin1String( ", " ) ) ) );
  }

  for ( const terramind::Parameter &description : mDescription.parameters )
  {
    const QgsProcessingParameterDefinition &definition = *mAlgorithm.parameterDefinition( toQString( description.name ) );
    if ( !isGiven( definition ) )
    {
      if ( !description.optional )
        throw QgsProcessingException( tr( "%1 (%2) has no value" ).arg( definition.description(), definition.name() ) );
      continue;
    }
    switch ( description.kind )
    {
      case ParameterKind::Enum:
        enumValue( description, definition );
        break;
      case ParameterKind::Crs:
        crs( definition );
        break;
      case ParameterKind::Raster:
        rasterSource( definition, nullptr );
        break;
      case ParameterKind::Rasters:
        rasterSources( definition, nullptr );
        break;
      case ParameterKind::Vector:
        vectorSource( definition, nullptr );
        break;
      case ParameterKind::Integer:
      case ParameterKind::Number:
        checkNumber( description, definition );
        break;
      case ParameterKind::Boolean:
        checkBoolean( definition );
        break;
      default:
        break;
    }
  }
}

QJsonObject TerramindValues::collect( QgsProcessingFeedback *feedback ) const
{
  QJsonObject values;
  for ( const terramind::Parameter &description : mDescription.parameters )
  {
    const QString name = toQString( description.name );
    const QgsProcessingParameterDefinition &definition = *mAlgorithm.parameterDefinition( name );
    if ( !isDestination( description ) && isGiven( definition ) )
      values.insert( name, value( description, definition, feedback ) );
  }
  return values;
}

QJsonObject TerramindValues::destinations() const
{
  QJsonObject paths;
  for ( const terramind::Parameter &description : mDescription.parameters )
  {
    if ( !isDestination( description ) )
      continue;
    const QString name = toQString( description.name );
    const QgsProcessingParameterDefinition *definition = mAlgorithm.parameterDefinition( name );
    const bool isLayer = description.kind != ParameterKind::FolderDestination && description.kind != ParameterKind::FileDestination;
    const QString path
      = isLayer ? QgsProcessingParameters::parameterAsOutputLayer( definition, mParameters, mContext ) : QgsProcessingParameters::parameterAsFileOutput( definition, mParameters, mContext );
    if ( !path.isEmpty() )
      paths.insert( name, path );
  }
  // QGIS would try to load an output that nobody wants, where its value is an empty one with a project to load it into.
  auto toLoad = mContext.layersToLoadOnCompletion();
  if ( toLoad.remove( QString() ) > 0 )
    mContext.setLayersToLoadOnCompletion( toLoad );
  return paths;
}

QVariantMap TerramindValues::withoutIndices( const terramind::Algorithm &description, const QVariantMap &parameters )
{
  QVariantMap named = parameters;
  for ( const terramind::Parameter &parameter : description.parameters )
  {
    const auto given = named.find( toQString( parameter.name ) );
    if ( parameter.kind != ParameterKind::Enum || given == named.end() )
      continue;
    const QStringList values = toQStringList( parameter.values );
    bool isIndex = false;
    const int index = given->toString().toInt( &isIndex );
    // A value that is a number itself is no index.
    if ( isIndex && index >= 0 && index < values.size() && !values.contains( given->toString() ) )
      *given = values.at( index );
  }
  return named;
}

QJsonObject TerramindValues::canvas()
{
  const terramind::Canvas canvas = terramind::current_canvas();
  return canvas.known ? rectangle( canvas.xmin, canvas.ymin, canvas.xmax, canvas.ymax, toQString( canvas.crs ) ) : QJsonObject();
}

bool TerramindValues::isGiven( const QgsProcessingParameterDefinition &definition ) const
{
  const auto isSet = []( const QVariant &value ) {
    if ( isList( value ) )
      return !value.toList().isEmpty();
    return !value.isNull() && !( value.userType() == QMetaType::QString && value.toString().isEmpty() );
  };
  const QVariant value = mParameters.value( definition.name() );
  return isSet( value ) || isSet( definition.defaultValue() );
}

void TerramindValues::checkNumber( const terramind::Parameter &description, const QgsProcessingParameterDefinition &definition ) const
{
  const QString text = QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext );
  bool isNumber = false;
  const double number = text.toDouble( &isNumber );
  if ( !isNumber )
    throw QgsProcessingException( tr( "“%1” is no number, but %2 takes one" ).arg( text, definition.name() ) );
  if ( description.minimum.known && number < description.minimum.value )
    throw QgsProcessingException( tr( "%1 is %2, but must be at least %3" ).arg( definition.name(), text, QString::number( description.minimum.value, 'g', 15 ) ) );
  if ( description.maximum.known && number > description.maximum.value )
    throw QgsProcessingException( tr( "%1 is %2, but must be at most %3" ).arg( definition.name(), text, QString::number( description.maximum.value, 'g', 15 ) ) );
}

void TerramindValues::checkBoolean( const QgsProcessingParameterDefinition &definition ) const
{
  static const QStringList sTexts { QStringLiteral( "true" ), QStringLiteral( "false" ), QStringLiteral( "1" ), QStringLiteral( "0" ) };
  const QString text = QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext );
  if ( !sTexts.contains( text, Qt::CaseInsensitive ) )
    throw QgsProcessingException( tr( "“%1” is no value of %2. It is one of: true, false" ).arg( text, definition.name() ) );
}

QJsonValue TerramindValues::value( const terramind::Parameter &description, const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const
{
  switch ( description.kind )
  {
    case ParameterKind::Raster:
      return rasterSource( definition, feedback );
    case ParameterKind::Rasters:
      return rasterSources( definition, feedback );
    case ParameterKind::Vector:
      return vectorSource( definition, feedback );
    case ParameterKind::Enum:
      return enumValue( description, definition );
    case ParameterKind::Crs:
      return crs( definition );
    case ParameterKind::Extent:
      return extent( definition );
    case ParameterKind::Integer:
      // Not parameterAsInt(), which ends at 2^31.
      return static_cast<qint64>( std::llround( QgsProcessingParameters::parameterAsDouble( &definition, mParameters, mContext ) ) );
    case ParameterKind::Number:
      return QgsProcessingParameters::parameterAsDouble( &definition, mParameters, mContext );
    case ParameterKind::Boolean:
      return QgsProcessingParameters::parameterAsBool( &definition, mParameters, mContext );
    case ParameterKind::File:
    case ParameterKind::Folder:
      return QgsProcessingParameters::parameterAsFile( &definition, mParameters, mContext );
    default:
      return QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext );
  }
}

QJsonValue TerramindValues::rasterSource( const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const
{
  const QgsRasterLayer *layer = QgsProcessingParameters::parameterAsRasterLayer( &definition, mParameters, mContext );
  return sourceOf( layer, definition, QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext ), feedback );
}

QJsonValue TerramindValues::rasterSources( const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const
{
  const QVariant given = mParameters.value( definition.name() );
  QJsonArray sources;
  // One by one: parameterAsLayerList() passes over what it cannot open, and later dates would move up.
  for ( const QVariant &one : isList( given ) ? given.toList() : QVariantList { given } )
  {
    const QVariantMap single { { definition.name(), one } };
    const QgsRasterLayer *layer = QgsProcessingParameters::parameterAsRasterLayer( &definition, single, mContext );
    sources.append( sourceOf( layer, definition, one.toString(), feedback ) );
  }
  return sources;
}

QJsonValue TerramindValues::sourceOf( const QgsRasterLayer *layer, const QgsProcessingParameterDefinition &definition, const QString &given, QgsProcessingFeedback *feedback )
{
  if ( !layer || !layer->dataProvider() )
    throw QgsProcessingException( tr( "%1 is neither a raster layer nor a raster file that QGIS can open: %2" ).arg( definition.name(), given ) );

  const QString provider = layer->dataProvider()->name();
  if ( provider != QLatin1String( "gdal" ) )
    throw QgsProcessingException( tr( "The layer “%1” (parameter %2) comes from the data provider “%3”; only rasters that GDAL reads can be used. "
                                      "Save it as GeoTIFF first (Layer ► Save As…) and choose that file." )
                                    .arg( layer->name(), definition.name(), provider ) );

  // What follows “|” is for QGIS alone; the rest is put together as QGIS itself does before it opens the source.
  QVariantMap parts = QgsProviderRegistry::instance()->decodeUri( provider, layer->source() );
  if ( !parts.take( QStringLiteral( "openOptions" ) ).toStringList().isEmpty() && feedback )
    feedback->pushWarning( tr( "The open options of the layer “%1” are not used" ).arg( layer->name() ) );
  return QgsProviderRegistry::instance()->encodeUri( provider, parts );
}

QJsonValue TerramindValues::vectorSource( const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const
{
  QgsVectorLayer *layer = QgsProcessingParameters::parameterAsVectorLayer( &definition, mParameters, mContext );
  if ( !layer || !layer->dataProvider() )
    throw QgsProcessingException(
      tr( "%1 is neither a vector layer nor a vector file that QGIS can open: %2" ).arg( definition.name(), QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext ) )
    );
  const QString provider = layer->providerType();
  // What other providers hold, such as a temporary layer, is nowhere where GDAL could open it.
  if ( provider != QLatin1String( "ogr" ) )
    throw QgsProcessingException(
      tr( "%1: the layer “%2” comes from QGIS's provider “%3”, which cannot be used. Save it as GeoPackage and choose that" ).arg( definition.name(), layer->name(), provider )
    );
  if ( feedback && layer->isEditable() && layer->isModified() )
    feedback->pushWarning( tr( "The layer “%1” has edits that are not saved, which are not used" ).arg( layer->name() ) );
  const QVariantMap parts = QgsProviderRegistry::instance()->decodeUri( provider, layer->source() );
  QString source = parts.value( QStringLiteral( "path" ) ).toString();
  const QString layerName = parts.value( QStringLiteral( "layerName" ) ).toString();
  const QVariant layerId = parts.value( QStringLiteral( "layerId" ) );
  if ( !layerName.isEmpty() )
    source += QStringLiteral( "|layername=%1" ).arg( layerName );
  else if ( !layerId.toString().isEmpty() )
    source += QStringLiteral( "|layerid=%1" ).arg( layerId.toString() );
  if ( !layer->subsetString().isEmpty() )
    source += QStringLiteral( "|subset=" ) + layer->subsetString();
  return source;
}

QJsonValue TerramindValues::enumValue( const terramind::Parameter &description, const QgsProcessingParameterDefinition &definition ) const
{
  // Not parameterAsEnumString(), which takes the default for whatever it does not know.
  const QString value = QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext );
  const QStringList values = toQStringList( description.values );
  if ( !values.contains( value ) )
    throw QgsProcessingException( tr( "“%1” is no value of %2. It is one of: %3" ).arg( value, definition.name(), values.join( QLatin1String( ", " ) ) ) );
  return value;
}

QJsonValue TerramindValues::crs( const QgsProcessingParameterDefinition &definition ) const
{
  const QgsCoordinateReferenceSystem crs = QgsProcessingParameters::parameterAsCrs( &definition, mParameters, mContext );
  if ( !crs.isValid() )
    throw QgsProcessingException( tr( "“%1” is no coordinate reference system, but %2 takes one, for example EPSG:32633" )
                                    .arg( QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext ), definition.name() ) );
  return crsText( crs );
}

QJsonValue TerramindValues::extent( const QgsProcessingParameterDefinition &definition ) const
{
  const QgsRectangle extent = QgsProcessingParameters::parameterAsExtent( &definition, mParameters, mContext );
  if ( extent.isEmpty() )
    throw QgsProcessingException( tr( "The extent %1 is empty" ).arg( definition.name() ) );
  const QString text = QgsProcessingParameters::parameterAsString( &definition, mParameters, mContext );
  const bool bare = isWithoutCrs( mParameters.value( definition.name() ), text );
  const QString crs = bare ? QString() : crsText( QgsProcessingParameters::parameterAsExtentCrs( &definition, mParameters, mContext ) );
  return rectangle( extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum(), crs );
}
