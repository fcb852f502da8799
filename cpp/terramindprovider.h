/***************************************************************************
    terramindprovider.h
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

#ifndef TERRAMINDPROVIDER_H
#define TERRAMINDPROVIDER_H

#include "qgsprocessingprovider.h"

#include "qgis-rs-ffi/src/bridge.rs.h"

/**
 * \brief The one provider, with the algorithms that the core describes.
 */
class TerramindProvider : public QgsProcessingProvider
{
  public:
    //! Creates the provider that \a description tells of; the icon is an SVG file.
    TerramindProvider( const terramind::Provider &description, const QString &iconPath );

    QString id() const override;
    QString name() const override;
    QString longName() const override;
    QString versionInfo() const override;
    QIcon icon() const override;
    QString svgIconPath() const override;
    QStringList supportedOutputRasterLayerExtensions() const override;
    QStringList supportedOutputVectorLayerExtensions() const override;
    //! Returns FALSE: the core writes files.
    bool supportsNonFileBasedOutput() const override;

  protected:
    void loadAlgorithms() override;

  private:
    QString mId;
    QString mName;
    QString mLongName;
    QString mVersion;
    QString mIconPath;
};

#endif // TERRAMINDPROVIDER_H
