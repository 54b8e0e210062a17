#include "signaling/net/static_files.h"

#include <fstream>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "sfu/base/base64url.h"
#include "signaling/room/digest.h"

namespace parley {
namespace {

constexpr size_t kMaxTotalBytes = 64u << 20;

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".wav", "audio/wav"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
};

constexpr std::string_view kMissingPage =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Parley</title>\n"
    "<h1>Parley is running, its web pages are missing</h1>\n"
    "<p>Build them once: <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>, then "
    "start "
    "Parley again. <code>./signaling/start</code> does both. Built elsewhere? Say where with "
    "<code>--web DIRECTORY</code>.</p></html>\n";

std::string TypeOf(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

std::string Digest(std::string_view content) {
  const Digest256 digest = Sha256(content);
  return EncodeBase64Url(std::span(digest).first(12));
}

// `/r/NAME`, `/recordings/ID` and `/live/ID`.
bool IsPage(std::string_view path) {
  for (std::string_view folder : {"/r/", "/recordings/", "/live/"}) {
    if (!path.starts_with(folder)) continue;
    std::string_view name = path.substr(folder.size());
    return !name.empty() && !name.contains('/');
  }
  return false;
}

// What somebody may have typed or cut short, and not a part of a page.
bool MayBeTyped(std::string_view path) {
  return !path.substr(path.rfind('/') + 1).contains('.') && !path.starts_with("/assets/");
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Calls with each element of a comma-separated field until one returns true.
template <class F>
bool AnyElement(std::string_view field, F matches) {
  while (!field.empty()) {
    size_t comma = std::min(field.find(','), field.size());
    if (matches(Trim(field.substr(0, comma)))) return true;
    field.remove_prefix(std::min(comma + 1, field.size()));
  }
  return false;
}

HttpResponse PlainText(int status, std::string text) {
  HttpResponse response;
  response.status = status;
  response.Set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(text);
  return response;
}

}  // namespace

bool AcceptsCoding(std::string_view accept_encoding, std::string_view coding) {
  return AnyElement(accept_encoding, [&](std::string_view element) {
    size_t semicolon = std::min(element.find(';'), element.size());
    if (Trim(element.substr(0, semicolon)) != coding) return false;
    std::string_view weight = Trim(element.substr(std::min(semicolon + 1, element.size())));
    if (!weight.starts_with("q=")) return true;
    return weight.find_first_of("123456789") != std::string_view::npos;
  });
}

bool MatchesEtag(std::string_view field, std::string_view quoted_etag) {
  return AnyElement(field, [&](std::string_view element) {
    if (element.starts_with("W/")) element.remove_prefix(2);
    return element == "*" || element == quoted_etag;
  });
}

std::expected<StaticFiles, std::string> StaticFiles::Load(const std::filesystem::path& directory) {
  namespace fs = std::filesystem;
  StaticFiles result;
  std::map<std::string, std::string, std::less<>> contents;
  size_t total = 0;
  std::error_code error;
  fs::recursive_directory_iterator it(directory, error);
  if (error) return std::unexpected(directory.string() + ": " + error.message());
  for (; it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (error) return std::unexpected(directory.string() + ": " + error.message());
    if (!it->is_regular_file(error)) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(in), {}};
    if (!in) return std::unexpected("cannot read " + it->path().string());
    total += content.size();
    if (total > kMaxTotalBytes) return std::unexpected(directory.string() + " is over 64 MiB");
    contents["/" + it->path().lexically_relative(directory).generic_string()] = std::move(content);
  }
  if (!contents.contains("/index.html")) {
    return std::unexpected(directory.string() + " holds no index.html");
  }
  for (auto& [path, content] : contents) {
    bool compressed = (path.ends_with(".br") || path.ends_with(".gz")) &&
                      contents.contains(path.substr(0, path.size() - 3));
    if (compressed) continue;
    File file;
    file.type = TypeOf(path);
    file.etag = Digest(content);
    file.immutable = path.starts_with("/assets/");
    if (auto br = contents.find(path + ".br"); br != contents.end()) file.brotli = br->second;
    if (auto gz = contents.find(path + ".gz"); gz != contents.end()) file.gzip = gz->second;
    file.plain = content;
    result.files_[path] = std::move(file);
  }
  return result;
}

StaticFiles StaticFiles::Missing() {
  StaticFiles result;
  File file;
  file.type = "text/html; charset=utf-8";
  file.plain = kMissingPage;
  file.etag = Digest(kMissingPage);
  result.files_["/index.html"] = std::move(file);
  return result;
}

HttpResponse StaticFiles::Serve(const HttpRequest& request) const {
  std::string_view path = request.path;
  if (path == "/" || IsPage(path)) path = "/index.html";
  auto it = files_.find(path);
  const bool found = it != files_.end();
  // The pages themselves say it, in a person's language.
  if (!found && MayBeTyped(path)) it = files_.find("/index.html");
  if (it == files_.end()) return PlainText(404, "There is no such page.\n");
  if (request.method != HttpMethod::kGet && request.method != HttpMethod::kHead) {
    HttpResponse response = PlainText(405, "Only GET and HEAD.\n");
    response.Set("Allow", "GET, HEAD");
    return response;
  }
  const File& file = it->second;
  HttpResponse response;
  response.borrowed_body = file.plain;
  std::string etag = file.etag;
  if (!file.brotli.empty() && AcceptsCoding(request.accept_encoding, "br")) {
    response.borrowed_body = file.brotli;
    response.Set("Content-Encoding", "br");
    etag += "-br";
  } else if (!file.gzip.empty() && AcceptsCoding(request.accept_encoding, "gzip")) {
    response.borrowed_body = file.gzip;
    response.Set("Content-Encoding", "gzip");
    etag += "-gz";
  }
  etag = '"' + etag + '"';
  response.Set("Content-Type", file.type);
  response.Set("Cache-Control",
               file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.Set("Vary", "Accept-Encoding");
  if (!found) {
    response.status = 404;
    return response;
  }
  response.Set("ETag", etag);
  if (MatchesEtag(request.if_none_match, etag)) {
    response.status = 304;
    response.borrowed_body = {};
  }
  return response;
}

}  // namespace parley
