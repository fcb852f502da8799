/***************************************************************************
    terramindvalues.h
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

#ifndef TERRAMINDVALUES_H
#define TERRAMINDVALUES_H

#include "qgsprocessingalgorithm.h"

#include "qgis-rs-ffi/src/bridge.rs.h"

#include <QJsonObject>

class QgsProcessingContext;
class QgsProcessingFeedback;

/**
 * \brief The values that QGIS gives a run, as the core takes them.
 *
 * An algorithm makes one for the parameters of its \a description and uses it while
 * QGIS is on the thread that the layers belong to.
 */
class TerramindValues
{
  public:
    //! All arguments must outlive this object.
    TerramindValues( const QgsProcessingAlgorithm &algorithm, const terramind::Algorithm &description, const QVariantMap &parameters, QgsProcessingContext &context );

    //! Throws QgsProcessingException for an unknown name, and for values that QGIS itself takes for others or rejects without saying why.
    void check() const;

    //! Returns all values but the destinations. Throws QgsProcessingException.
    QJsonObject collect( QgsProcessingFeedback *feedback ) const;

    //! Returns the paths to write to, and has QGIS load what it is to load after the run.
    QJsonObject destinations() const;

    //! Returns \a parameters with the values of enumerations in place of their indices, which qgis_process lists.
    static QVariantMap withoutIndices( const terramind::Algorithm &description, const QVariantMap &parameters );

    //! Returns what the map shows, empty where there is none.
    static QJsonObject canvas();

  private:
    //! Returns TRUE if there is a value, be it the default.
    bool isGiven( const QgsProcessingParameterDefinition &definition ) const;

    //! Throws for a number out of range, and for text that is none: QGIS would silently take the default of an optional one.
    void checkNumber( const terramind::Parameter &description, const QgsProcessingParameterDefinition &definition ) const;

    //! Throws for any text that is not plainly yes or no: QGIS would take it for yes.
    void checkBoolean( const QgsProcessingParameterDefinition &definition ) const;

    QJsonValue value( const terramind::Parameter &description, const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const;
    QJsonValue rasterSource( const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const;
    QJsonValue rasterSources( const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const;
    static QJsonValue sourceOf( const QgsRasterLayer *layer, const QgsProcessingParameterDefinition &definition, const QString &given, QgsProcessingFeedback *feedback );
    QJsonValue vectorSource( const QgsProcessingParameterDefinition &definition, QgsProcessingFeedback *feedback ) const;
    QJsonValue enumValue( const terramind::Parameter &description, const QgsProcessingParameterDefinition &definition ) const;
    QJsonValue crs( const QgsProcessingParameterDefinition &definition ) const;
    QJsonValue extent( const QgsProcessingParameterDefinition &definition ) const;

    const QgsProcessingAlgorithm &mAlgorithm;
    const terramind::Algorithm &mDescription;
    const QVariantMap &mParameters;
    QgsProcessingContext &mContext;
};

#endif // TERRAMINDVALUES_H
