/***************************************************************************
    terramindalgorithm.h
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

#ifndef TERRAMINDALGORITHM_H
#define TERRAMINDALGORITHM_H

#include "qgsprocessingalgorithm.h"

#include "qgis-rs-ffi/src/bridge.rs.h"

#include <QJsonObject>

/**
 * \brief The one algorithm class: any algorithm that the core describes.
 *
 * Parameters are built from the description. Before a run the values are copied out of
 * the layers on the main thread; the run itself works from that copy only.
 */
class TerramindAlgorithm : public QgsProcessingAlgorithm
{
  public:
    //! Creates the algorithm that \a description tells of.
    explicit TerramindAlgorithm( const terramind::Algorithm &description );

    QString name() const override;
    QString displayName() const override;
    QString group() const override;
    QString groupId() const override;
    QStringList tags() const override;
    QString shortDescription() const override;
    QString shortHelpString() const override;
    //! What the button Help opens: the algorithm's page in the documentation that the plugin brings along.
    QString helpUrl() const override;
    QIcon icon() const override;
    QString svgIconPath() const override;
    bool canExecute( QString *errorMessage = nullptr ) const override;
    bool checkParameterValues( const QVariantMap &parameters, QgsProcessingContext &context, QString *message = nullptr ) const override;
    void initAlgorithm( const QVariantMap &configuration = QVariantMap() ) override;

    //! Describes the algorithm afresh: a model imported a minute ago is among the suggestions.
    TerramindAlgorithm *createInstance() const override;

  protected:
    bool prepareAlgorithm( const QVariantMap &parameters, QgsProcessingContext &context, QgsProcessingFeedback *feedback ) override;
    QVariantMap processAlgorithm( const QVariantMap &parameters, QgsProcessingContext &context, QgsProcessingFeedback *feedback ) override;

  private:
    terramind::Algorithm mDescription;
    //! Why the core could not describe the algorithm any more, empty if it could.
    QString mProblem;
    //! The run request but for its destinations.
    QJsonObject mRequest;
};

#endif // TERRAMINDALGORITHM_H
