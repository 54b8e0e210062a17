#pragma once

// The picture that is composed: I420 in an AVFrame that the encoder reads, and what is drawn on it.
// Colours are BT.601, limited range, as VP8 has them (RFC 6386 section 2). Everything is clipped to
// the canvas. One thread.

#include <cstdint>
#include <vector>

#include "recorder/compose/av.h"
#include "recorder/scene/layout.h"

namespace parley {

struct Colour {
  uint8_t y = 16;
  uint8_t u = 128;
  uint8_t v = 128;
  // Each 0 to 255.
  static Colour OfRgb(int red, int green, int blue);
  // Hue 0 to 359, the others 0 to 1.
  static Colour OfHsl(int hue, double saturation, double lightness);
};

// How much of a colour goes where: 0 to 255 a pixel.
struct Stencil {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> alpha;
};
// A filled circle with a soft edge.
Stencil Disc(int diameter);

class Canvas {
 public:
  explicit Canvas(CanvasSize size);

  CanvasSize size() const { return {frame_->width, frame_->height}; }
  // To be encoded; its pixels are not changed while somebody else holds it.
  const AVFrame& frame() const { return *frame_; }

  // Call before drawing.
  void Begin();
  void Fill(const Rect& rect, Colour colour);
  // Mixes `colour` in: 0 leaves all as it is, 255 nothing.
  void Shade(const Rect& rect, Colour colour, uint8_t alpha);
  // I420, scaled into `rect`, which is even and on the canvas.
  void Draw(const AVFrame& picture, const Rect& rect);
  // With its upper left corner at x, y.
  void Blend(const Stencil& stencil, int x, int y, Colour colour);
  // Along the inner edge.
  void Outline(const Rect& rect, int width, Colour colour);

 private:
  Rect Clipped(const Rect& rect) const;
  uint8_t* Luma(int x, int y) const { return frame_->data[0] + y * frame_->linesize[0] + x; }
  uint8_t* Chroma(int plane, int x, int y) const {
    return frame_->data[plane] + y / 2 * frame_->linesize[plane] + x / 2;
  }

  AvFrame frame_;
};

}  // namespace parley
