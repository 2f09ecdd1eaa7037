// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace robench {

/// Makes networks that are read from now on use an own kernel for 3 x 3 depthwise convolutions of narrow
/// maps. OpenCV 4.6 has a fast one for maps of at least 18 columns; below, its general path takes five
/// times as long, which is a third of the time of a MobileFaceNet (maps of 14 and 7 columns).
/// May be called from several threads and more than once.
void use_narrow_depthwise();

}  // namespace robench
