#include "tests/media/moving_head.h"

#include <cmath>
#include <cstdint>

namespace parley::testing {

void MovingHead::Paint(AVFrame& frame, int number) {
  const double t = number / 30.0;
  const double x = frame.width * (0.5 + 0.06 * std::sin(t * 1.3));
  const double y = frame.height * (0.55 + 0.04 * std::sin(t * 2.1));
  const double radius = frame.height * 0.28;
  const double mouth = 0.1 + 0.08 * std::sin(t * 17);
  for (int row = 0; row < frame.height; ++row) {
    uint8_t* line = frame.data[0] + row * frame.linesize[0];
    for (int column = 0; column < frame.width; ++column) {
      const double dx = (column - x) / radius;
      const double dy = (row - y) / (radius * 1.25);
      int luma = 60 + row * 40 / frame.height + (column / 23 * 7 + row / 31 * 5) % 19;
      if (dx * dx + dy * dy < 1) {
        luma = 150 + static_cast<int>(30 * dx) - static_cast<int>(20 * dy);
        const bool eye = std::abs(std::abs(dx) - 0.35) < 0.1 && std::abs(dy + 0.2) < 0.06;
        const bool lips = std::abs(dx) < 0.3 && std::abs(dy - 0.45) < mouth;
        if (eye || lips) luma = 50;
      }
      const auto noise = static_cast<int>(random_() % (2 * noise_ + 1));
      line[column] = static_cast<uint8_t>(luma + noise - static_cast<int>(noise_));
    }
  }
  for (int row = 0; row < (frame.height + 1) / 2; ++row) {
    for (int column = 0; column < (frame.width + 1) / 2; ++column) {
      frame.data[1][row * frame.linesize[1] + column] = static_cast<uint8_t>(118 + row % 8);
      frame.data[2][row * frame.linesize[2] + column] = static_cast<uint8_t>(138 + column % 8);
    }
  }
}

}  // namespace parley::testing
