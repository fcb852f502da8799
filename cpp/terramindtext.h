/***************************************************************************
    terramindtext.h
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

#ifndef TERRAMINDTEXT_H
#define TERRAMINDTEXT_H

#include <QCoreApplication>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include "rust/cxx.h"

/**
 * \brief Text between Rust and Qt: UTF-8 on one side, UTF-16 on the other.
 */
namespace TerramindText
{
  inline QString toQString( const rust::String &text )
  {
    return QString::fromUtf8( text.data(), static_cast<int>( text.size() ) );
  }

  inline QString toQString( rust::Str text )
  {
    return QString::fromUtf8( text.data(), static_cast<int>( text.size() ) );
  }

  inline QStringList toQStringList( const rust::Vec<rust::String> &texts )
  {
    QStringList list;
    for ( const rust::String &text : texts )
      list << toQString( text );
    return list;
  }

  //! The context of every text in the translation files (i18n/).
  constexpr const char *CONTEXT = "TerraMind";

  //! What separates paragraphs.
  inline const QRegularExpression &blankLines()
  {
    static const QRegularExpression sBlankLines( QStringLiteral( "\\n\\s*\\n" ) );
    return sBlankLines;
  }

  //! Returns one of the shim's own texts in the user's language.
  inline QString tr( const char *text )
  {
    return QCoreApplication::translate( CONTEXT, text );
  }

  //! Returns a text of a description in the user's language; each of its paragraphs is one text of the translation files.
  inline QString translated( const rust::String &text )
  {
    QStringList paragraphs;
    for ( const QString &paragraph : toQString( text ).split( blankLines() ) )
      paragraphs << ( paragraph.isEmpty() ? paragraph : tr( paragraph.toUtf8().constData() ) );
    return paragraphs.join( QLatin1String( "\n\n" ) );
  }

  //! Returns plain text as HTML; blank lines separate its paragraphs.
  inline QString toHtml( const QString &text )
  {
    QString html;
    for ( const QString &paragraph : text.split( blankLines() ) )
    {
      if ( !paragraph.trimmed().isEmpty() )
        html += QStringLiteral( "<p>%1</p>" ).arg( paragraph.trimmed().toHtmlEscaped() );
    }
    return html;
  }

  //! Qt never produces invalid UTF-8, so this does not throw.
  inline rust::String toRust( const QString &text )
  {
    const QByteArray utf8 = text.toUtf8();
    return rust::String::lossy( utf8.constData(), static_cast<std::size_t>( utf8.size() ) );
  }
} // namespace TerramindText

#endif // TERRAMINDTEXT_H
