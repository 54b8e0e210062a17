#pragma once

// What FFmpeg's libraries hand out, owned; and their errors as words. FFmpeg's own log is silenced
// by the program. Any thread.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

#include <expected>
#include <memory>
#include <string>

namespace parley {

struct AvFree {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
using AvFrame = std::unique_ptr<AVFrame, AvFree>;
using AvPacket = std::unique_ptr<AVPacket, AvFree>;
using AvCodec = std::unique_ptr<AVCodecContext, AvFree>;

// Of a file that is written; where to is somebody else's.
struct AvFreeOutput {
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
};
// Of bytes that are read or written by us.
struct AvFreeIo {
  void operator()(AVIOContext* io) const {
    av_freep(&io->buffer);
    avio_context_free(&io);
  }
};

// Of a negative result.
std::string AvError(int result);
// The same, as what kept a file from being written.
inline std::unexpected<std::string> CannotWrite(int result) {
  return std::unexpected("cannot write: " + AvError(result));
}

}  // namespace parley
