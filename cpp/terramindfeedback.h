/***************************************************************************
    terramindfeedback.h
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

#ifndef TERRAMINDFEEDBACK_H
#define TERRAMINDFEEDBACK_H

#include <cstdint>

#include "rust/cxx.h"

class QgsProcessingFeedback;

/**
 * \brief What QGIS gave a run to report to, as Rust sees it.
 *
 * Used on the thread of the algorithm only. Nothing that a feedback implementation
 * throws gets through to Rust.
 */
class TerramindFeedback
{
  public:
    //! The \a feedback may be NULLPTR, and must outlive this object.
    explicit TerramindFeedback( QgsProcessingFeedback *feedback );

    //! Shows how far the run is, in percent.
    void setProgress( double percent ) const;

    //! Shows a message; \a level is 0 for information, 1 for a warning, 2 for an error that does not end the run.
    void log( std::int32_t level, rust::Str message ) const;

    //! Returns TRUE if the user wants the run to end.
    bool isCanceled() const;

  private:
    QgsProcessingFeedback *mFeedback = nullptr;
};

#endif // TERRAMINDFEEDBACK_H
