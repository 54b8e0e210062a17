#pragma once

// The built web pages, held in memory with the compressed forms that the build made beside them
// (NAME.br, NAME.gz). Loaded once, immutable afterwards; bounded by 64 MiB. Answers borrow from
// here, so it must outlive the server. Signaling thread.

#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "signaling/api/http_message.h"

namespace parley {

class StaticFiles {
 public:
  // Every regular file below `directory`; a sentence when it cannot be read or holds no index.html.
  static std::expected<StaticFiles, std::string> Load(const std::filesystem::path& directory);
  // One page that says how to build the web files.
  static StaticFiles Missing();

  // GET and HEAD of a file; `/`, `/r/NAME`, `/recordings/ID` and `/live/ID` are index.html.
  // 404 and 405 otherwise; where a person may have typed the address, 404 is index.html as well.
  HttpResponse Serve(const HttpRequest& request) const;

 private:
  struct File {
    std::string type;
    std::string etag;  // without quotes and encoding
    bool immutable = false;
    std::string plain;
    std::string brotli;
    std::string gzip;
  };

  std::map<std::string, File, std::less<>> files_;
};

// Whether an Accept-Encoding field (RFC 9110 section 12.5.3) allows a content coding by its name.
bool AcceptsCoding(std::string_view accept_encoding, std::string_view coding);

// Whether an If-None-Match field names this entity tag, compared weakly (RFC 9110 section 13.1.2).
bool MatchesEtag(std::string_view field, std::string_view quoted_etag);

}  // namespace parley
