/***************************************************************************
    terramindfeedback.cpp
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

#include "terramindfeedback.h"
#include "terramindtext.h"

#include "qgsmessagelog.h"
#include "qgsprocessingfeedback.h"

namespace
{
  template<typename Work> void withoutExceptions( Work work )
  {
    try
    {
      work();
    }
    catch ( ... )
    {
      QgsMessageLog::logMessage( TerramindText::tr( "A progress message could not be shown" ), QStringLiteral( "TerraMind" ), Qgis::MessageLevel::Warning );
    }
  }
} // namespace

TerramindFeedback::TerramindFeedback( QgsProcessingFeedback *feedback )
  : mFeedback( feedback )
{}

void TerramindFeedback::setProgress( double percent ) const
{
  if ( mFeedback )
    withoutExceptions( [&] { mFeedback->setProgress( percent ); } );
}

void TerramindFeedback::log( std::int32_t level, rust::Str message ) const
{
  if ( !mFeedback )
    return;
  withoutExceptions( [&] {
    const QString text = TerramindText::toQString( message );
    switch ( level )
    {
      case 0:
        mFeedback->pushInfo( text );
        break;
      case 1:
        mFeedback->pushWarning( text );
        break;
      default:
        mFeedback->reportError( text );
        break;
    }
  } );
}

bool TerramindFeedback::isCanceled() const
{
  return mFeedback && mFeedback->isCanceled();
}
