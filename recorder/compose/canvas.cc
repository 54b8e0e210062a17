#include "recorder/compose/canvas.h"

#include <libyuv/planar_functions.h>
#include <libyuv/scale.h>

#include <algorithm>
#include <cmath>

#include "sfu/base/check.h"

namespace parley {
namespace {

uint8_t Mix(uint8_t below, uint8_t above, int alpha) {
  return static_cast<uint8_t>((below * (255 - alpha) + above * alpha + 127) / 255);
}

uint8_t ToByte(double value) {
  return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

// The chroma that holds a rectangle of luma.
Rect ChromaOf(const Rect& rect) {
  const int x = rect.x / 2;
  const int y = rect.y / 2;
  return {x, y, (rect.x + rect.width + 1) / 2 - x, (rect.y + rect.height + 1) / 2 - y};
}

}  // namespace

Colour Colour::OfRgb(int red, int green, int blue) {
  return {ToByte(16 + 0.257 * red + 0.504 * green + 0.098 * blue),
          ToByte(128 - 0.148 * red - 0.291 * green + 0.439 * blue),
          ToByte(128 + 0.439 * red - 0.368 * green - 0.071 * blue)};
}

Colour Colour::OfHsl(int hue, double saturation, double lightness) {
  const double reach = saturation * std::min(lightness, 1 - lightness);
  const auto channel = [&](int n) {
    const double k = std::fmod(n + hue / 30.0, 12);
    return static_cast<int>(
        std::lround(255 * (lightness - reach * std::max(-1.0, std::min({k - 3, 9 - k, 1.0})))));
  };
  return OfRgb(channel(0), channel(8), channel(4));
}

Stencil Disc(int diameter) {
  Stencil disc{diameter, diameter, {}};
  disc.alpha.reserve(static_cast<size_t>(diameter) * static_cast<size_t>(diameter));
  const double radius = diameter / 2.0;
  for (int y = 0; y < diameter; ++y) {
    for (int x = 0; x < diameter; ++x) {
      const double distance = std::hypot(x + 0.5 - radius, y + 0.5 - radius);
      disc.alpha.push_back(ToByte(255 * std::clamp(radius - distance, 0.0, 1.0)));
    }
  }
  return disc;
}

Canvas::Canvas(CanvasSize size) : frame_(av_frame_alloc()) {
  PARLEY_CHECK(frame_ != nullptr);
  frame_->format = AV_PIX_FMT_YUV420P;
  frame_->width = size.width;
  frame_->height = size.height;
  PARLEY_CHECK(av_frame_get_buffer(frame_.get(), 0) >= 0);
  Fill({0, 0, size.width, size.height}, {});
}

void Canvas::Begin() { PARLEY_CHECK(av_frame_make_writable(frame_.get()) >= 0); }

Rect Canvas::Clipped(const Rect& rect) const {
  const int left = std::clamp(rect.x, 0, frame_->width);
  const int top = std::clamp(rect.y, 0, frame_->height);
  return {left, top, std::clamp(rect.x + rect.width, left, frame_->width) - left,
          std::clamp(rect.y + rect.height, top, frame_->height) - top};
}

void Canvas::Fill(const Rect& rect, Colour colour) {
  const Rect luma = Clipped(rect);
  const Rect chroma = ChromaOf(luma);
  libyuv::SetPlane(Luma(luma.x, luma.y), frame_->linesize[0], luma.width, luma.height, colour.y);
  libyuv::SetPlane(Chroma(1, luma.x, luma.y), frame_->linesize[1], chroma.width, chroma.height,
                   colour.u);
  libyuv::SetPlane(Chroma(2, luma.x, luma.y), frame_->linesize[2], chroma.width, chroma.height,
                   colour.v);
}

void Canvas::Shade(const Rect& rect, Colour colour, uint8_t alpha) {
  const Rect luma = Clipped(rect);
  const auto shade = [&](uint8_t* plane, int stride, int width, int height, uint8_t above) {
    for (int y = 0; y < height; ++y, plane += stride) {
      for (int x = 0; x < width; ++x) plane[x] = Mix(plane[x], above, alpha);
    }
  };
  const Rect chroma = ChromaOf(luma);
  shade(Luma(luma.x, luma.y), frame_->linesize[0], luma.width, luma.height, colour.y);
  shade(Chroma(1, luma.x, luma.y), frame_->linesize[1], chroma.width, chroma.height, colour.u);
  shade(Chroma(2, luma.x, luma.y), frame_->linesize[2], chroma.width, chroma.height, colour.v);
}

void Canvas::Draw(const AVFrame& picture, const Rect& rect) {
  PARLEY_CHECK(((rect.x | rect.y | rect.width | rect.height) & 1) == 0);
  PARLEY_CHECK(Clipped(rect) == rect);
  libyuv::I420Scale(picture.data[0], picture.linesize[0], picture.data[1], picture.linesize[1],
                    picture.data[2], picture.linesize[2], picture.width, picture.height,
                    Luma(rect.x, rect.y), frame_->linesize[0], Chroma(1, rect.x, rect.y),
                    frame_->linesize[1], Chroma(2, rect.x, rect.y), frame_->linesize[2], rect.width,
                    rect.height, libyuv::kFilterBox);
}

void Canvas::Blend(const Stencil& stencil, int x, int y, Colour colour) {
  const Rect on = Clipped({x, y, stencil.width, stencil.height});
  const auto alpha = [&](int at_x, int at_y) {
    return stencil.alpha[static_cast<size_t>((at_y - y) * stencil.width + at_x - x)];
  };
  for (int row = on.y; row < on.y + on.height; ++row) {
    for (int column = on.x; column < on.x + on.width; ++column) {
      const uint8_t a = alpha(column, row);
      if (a == 0) continue;
      uint8_t* luma = Luma(column, row);
      *luma = Mix(*luma, colour.y, a);
      if (((row | column) & 1) != 0) continue;
      uint8_t* u = Chroma(1, column, row);
      uint8_t* v = Chroma(2, column, row);
      *u = Mix(*u, colour.u, a);
      *v = Mix(*v, colour.v, a);
    }
  }
}

void Canvas::Outline(const Rect& rect, int width, Colour colour) {
  Fill({rect.x, rect.y, rect.width, width}, colour);
  Fill({rect.x, rect.y + rect.height - width, rect.width, width}, colour);
  Fill({rect.x, rect.y, width, rect.height}, colour);
  Fill({rect.x + rect.width - width, rect.y, width, rect.height}, colour);
}

}  // namespace parley
