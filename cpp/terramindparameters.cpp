/***************************************************************************
    terramindparameters.cpp
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

#include "terramindparameters.h"
#include "terramindtext.h"

#include "qgsconfig.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace TerramindText;
using terramind::OutputKind;
using terramind::ParameterKind;

namespace
{
#if _QGIS_VERSION_INT >= 33600
  constexpr auto INTEGER = Qgis::ProcessingNumberParameterType::Integer;
  constexpr auto DOUBLE = Qgis::ProcessingNumberParameterType::Double;
  constexpr auto FILE_BEHAVIOR = Qgis::ProcessingFileParameterBehavior::File;
  constexpr auto FOLDER_BEHAVIOR = Qgis::ProcessingFileParameterBehavior::Folder;
  constexpr auto ADVANCED = Qgis::ProcessingParameterFlag::Advanced;
  constexpr auto POINTS = Qgis::ProcessingSourceType::VectorPoint;
  constexpr auto POLYGONS = Qgis::ProcessingSourceType::VectorPolygon;
  constexpr auto ANY_FIELD = Qgis::ProcessingFieldParameterDataType::Any;
  constexpr auto RASTERS = Qgis::ProcessingSourceType::Raster;
#else
  constexpr auto INTEGER = QgsProcessingParameterNumber::Integer;
  constexpr auto DOUBLE = QgsProcessingParameterNumber::Double;
  constexpr auto FILE_BEHAVIOR = QgsProcessingParameterFile::File;
  constexpr auto FOLDER_BEHAVIOR = QgsProcessingParameterFile::Folder;
  constexpr auto ADVANCED = QgsProcessingParameterDefinition::FlagAdvanced;
  constexpr auto POINTS = QgsProcessing::TypeVectorPoint;
  constexpr auto POLYGONS = QgsProcessing::TypeVectorPolygon;
  constexpr auto ANY_FIELD = QgsProcessingParameterField::Any;
  constexpr auto RASTERS = QgsProcessing::TypeRaster;
#endif

  //! JSON knows no bare value as a document in Qt 5, so an array is put around it.
  QVariant fromJson( const rust::String &json )
  {
    if ( json.empty() )
      return QVariant();
    const QByteArray document = QByteArrayLiteral( "[" ) + QByteArray( json.data(), static_cast<int>( json.size() ) ) + QByteArrayLiteral( "]" );
    return QJsonDocument::fromJson( document ).array().at( 0 ).toVariant();
  }

  QString fileFilter( const QString &label, const rust::Vec<rust::String> &extensions )
  {
    const QString allFiles = tr( "All files (*.*)" );
    QStringList patterns;
    for ( const QString &extension : toQStringList( extensions ) )
      patterns << QStringLiteral( "*." ) + extension;
    return patterns.isEmpty() ? allFiles : QStringLiteral( "%1 (%2);;%3" ).arg( label, patterns.join( ' ' ), allFiles );
  }

  QStringList valueLabels( const terramind::Parameter &description )
  {
    QStringList labels;
    for ( const rust::String &label : description.value_labels )
      labels << translated( label );
    return labels;
  }

  //! Scripts and models take the values themselves, so what they mean goes into the help, too.
  QString help( const terramind::Parameter &description )
  {
    QStringList lines { translated( description.help ) };
    const QStringList values = toQStringList( description.values );
    const QStringList labels = valueLabels( description );
    for ( int i = 0; i < values.size(); ++i )
      lines << QStringLiteral( "%1: %2" ).arg( values.at( i ), labels.at( i ) );
    lines.removeAll( QString() );
    return lines.join( '\n' );
  }

  std::unique_ptr<QgsProcessingParameterDefinition> createNumber( const terramind::Parameter &description, const QString &name, const QString &label, const QVariant &defaultValue )
  {
    const auto type = description.kind == ParameterKind::Integer ? INTEGER : DOUBLE;
    auto number = std::make_unique<QgsProcessingParameterNumber>( name, label, type, defaultValue, description.optional );
    if ( description.minimum.known )
      number->setMinimum( description.minimum.value );
    if ( description.maximum.known )
      number->setMaximum( description.maximum.value );
    return number;
  }

  std::unique_ptr<QgsProcessingParameterDefinition> createText( const terramind::Parameter &description, const QString &name, const QString &label, const QVariant &defaultValue )
  {
    auto text = std::make_unique<QgsProcessingParameterString>( name, label, defaultValue, false, description.optional );
    if ( !description.suggestions.empty() )
    {
      // The class of the plugin's takes other texts than the suggested ones, which QGIS's own widget does not.
      const QVariantMap wrapper {
        { QStringLiteral( "class" ), QStringLiteral( "terramind.widgets.Suggestions" ) },
        { QStringLiteral( "value_hints" ), toQStringList( description.suggestions ) },
      };
      text->setMetadata( { { QStringLiteral( "widget_wrapper" ), wrapper } } );
    }
    return text;
  }

  std::unique_ptr<QgsProcessingParameterDefinition> createEnum( const terramind::Parameter &description, const QString &name, const QString &label, const QVariant &defaultValue )
  {
    auto choice = std::make_unique<QgsProcessingParameterEnum>( name, label, toQStringList( description.values ), false, defaultValue, description.optional, true );
    // QGIS's own widget shows the values of scripts; the class of the plugin's shows what they mean.
    const QVariantMap wrapper {
      { QStringLiteral( "class" ), QStringLiteral( "terramind.widgets.Choice" ) },
      { QStringLiteral( "labels" ), valueLabels( description ) },
    };
    choice->setMetadata( { { QStringLiteral( "widget_wrapper" ), wrapper } } );
    return choice;
  }

  //! Returns TRUE for what QGIS lists in its results viewer.
  bool isPage( const terramind::Parameter &description )
  {
    return toQStringList( description.extensions ).contains( QStringLiteral( "html" ) );
  }

  std::unique_ptr<QgsProcessingParameterDefinition> createOfKind( const terramind::Parameter &description )
  {
    const QString name = toQString( description.name );
    const QString label = translated( description.label );
    const QVariant defaultValue = fromJson( description.default_json );
    const bool optional = description.optional;
    switch ( description.kind )
    {
      case ParameterKind::Raster:
        return std::make_unique<QgsProcessingParameterRasterLayer>( name, label, QVariant(), optional );
      case ParameterKind::Rasters:
        return std::make_unique<QgsProcessingParameterMultipleLayers>( name, label, RASTERS, QVariant(), optional );
      case ParameterKind::Vector:
        return std::make_unique<QgsProcessingParameterVectorLayer>( name, label, QList<int> { static_cast<int>( POLYGONS ) }, QVariant(), optional );
      case ParameterKind::Field:
        return std::make_unique<QgsProcessingParameterField>( name, label, QVariant(), toQString( description.parent ), ANY_FIELD, false, optional );
      case ParameterKind::File:
        return std::make_unique<QgsProcessingParameterFile>( name, label, FILE_BEHAVIOR, QString(), defaultValue, optional, fileFilter( label, description.extensions ) );
      case ParameterKind::Folder:
        return std::make_unique<QgsProcessingParameterFile>( name, label, FOLDER_BEHAVIOR, QString(), defaultValue, optional );
      case ParameterKind::Enum:
        return createEnum( description, name, label, defaultValue );
      case ParameterKind::Crs:
        return std::make_unique<QgsProcessingParameterCrs>( name, label, QVariant(), optional );
      case ParameterKind::Extent:
        return std::make_unique<QgsProcessingParameterExtent>( name, label, QVariant(), optional );
      case ParameterKind::Integer:
      case ParameterKind::Number:
        return createNumber( description, name, label, defaultValue );
      case ParameterKind::Boolean:
        return std::make_unique<QgsProcessingParameterBoolean>( name, label, defaultValue, optional );
      // An optional destination is not created unless somebody asks for it.
      case ParameterKind::RasterDestination:
        return std::make_unique<QgsProcessingParameterRasterDestination>( name, label, QVariant(), optional, !optional );
      case ParameterKind::PointsDestination:
        return std::make_unique<QgsProcessingParameterVectorDestination>( name, label, POINTS, QVariant(), optional, !optional );
      case ParameterKind::PolygonsDestination:
        return std::make_unique<QgsProcessingParameterVectorDestination>( name, label, POLYGONS, QVariant(), optional, !optional );
      // QGIS takes the default ending from the filter, and lists what is written in the results viewer if that is html: so a
      // dialog makes such a page, though it is optional, unless it is told to skip it.
      case ParameterKind::FileDestination:
        return std::make_unique<QgsProcessingParameterFileDestination>( name, label, fileFilter( label, description.extensions ), QVariant(), optional, !optional || isPage( description ) );
      case ParameterKind::FolderDestination:
        return std::make_unique<QgsProcessingParameterFolderDestination>( name, label, QVariant(), optional, !optional );
      case ParameterKind::Text:
        break;
    }
    return createText( description, name, label, defaultValue );
  }
} // namespace

std::unique_ptr<QgsProcessingParameterDefinition> TerramindParameters::createParameter( const terramind::Parameter &description )
{
  std::unique_ptr<QgsProcessingParameterDefinition> parameter = createOfKind( description );
  parameter->setHelp( help( description ) );
  if ( description.advanced )
    parameter->setFlags( parameter->flags() | ADVANCED );
  return parameter;
}

std::unique_ptr<QgsProcessingOutputDefinition> TerramindParameters::createOutput( const terramind::Output &description )
{
  const QString name = toQString( description.name );
  const QString label = translated( description.label );
  switch ( description.kind )
  {
    case OutputKind::Number:
      return std::make_unique<QgsProcessingOutputNumber>( name, label );
    case OutputKind::Folder:
      return std::make_unique<QgsProcessingOutputFolder>( name, label );
    case OutputKind::Text:
      break;
  }
  return std::make_unique<QgsProcessingOutputString>( name, label );
}
