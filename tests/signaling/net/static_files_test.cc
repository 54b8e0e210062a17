#include "signaling/net/static_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace parley {
namespace {

using ::testing::HasSubstr;

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~StaticFilesTest() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& path, std::string_view content) {
    std::filesystem::create_directories((directory_ / path).parent_path());
    std::ofstream(directory_ / path, std::ios::binary) << content;
  }
  StaticFiles Load() { return *StaticFiles::Load(directory_); }
  static HttpRequest Get(std::string path, std::string accept_encoding = "") {
    HttpRequest request;
    request.path = std::move(path);
    request.accept_encoding = std::move(accept_encoding);
    return request;
  }

  std::filesystem::path directory_;
};

TEST_F(StaticFilesTest, PagesAreIndex) {
  Write("index.html", "<html>");
  const StaticFiles files = Load();
  for (const char* path : {"/", "/index.html", "/r/swift-otter-42", "/recordings/k3x"}) {
    const HttpResponse response = files.Serve(Get(path));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.borrowed_body, "<html>");
    EXPECT_EQ(response.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(response.header("Cache-Control"), "no-cache");
  }
  for (const char* path : {"", "/r", "/r/", "/r/a/b", "/recordings/", "/recordings/a/b", "/nothing",
                           "/index.html/", "/../index.html"}) {
    EXPECT_EQ(files.Serve(Get(path)).status, 404) << path;
  }
}

TEST_F(StaticFilesTest, AnAddressThatWasTypedWrongIsAnsweredByThePages) {
  Write("index.html", "<html>");
  const StaticFiles files = Load();
  HttpRequest request = Get("/R/swift-otter-42");
  request.if_none_match = "*";
  const HttpResponse response = files.Serve(request);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.borrowed_body, "<html>");
  EXPECT_EQ(response.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.header("ETag"), "");
  for (const char* path : {"/favicon.ico", "/assets/gone", "/assets/gone.js"}) {
    const HttpResponse part = files.Serve(Get(path));
    EXPECT_EQ(part.status, 404) << path;
    EXPECT_EQ(part.header("Content-Type"), "text/plain; charset=utf-8") << path;
  }
}

TEST_F(StaticFilesTest, AssetsNeverChange) {
  Write("index.html", "<html>");
  Write("assets/app-1a2b.js", "let x");
  const StaticFiles files = Load();
  const HttpResponse response = files.Serve(Get("/assets/app-1a2b.js"));
  EXPECT_EQ(response.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(response.header("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, CompressedFormsAreChosen) {
  Write("index.html", "plain");
  Write("index.html.br", "brotli");
  Write("index.html.gz", "gzip");
  const StaticFiles files = Load();
  EXPECT_EQ(files.Serve(Get("/", "gzip, deflate, br")).borrowed_body, "brotli");
  EXPECT_EQ(files.Serve(Get("/", "gzip, deflate, br")).header("Content-Encoding"), "br");
  EXPECT_EQ(files.Serve(Get("/", "gzip;q=0.5")).borrowed_body, "gzip");
  EXPECT_EQ(files.Serve(Get("/", "br;q=0, gzip")).borrowed_body, "gzip");
  EXPECT_EQ(files.Serve(Get("/", "br;q=0.000")).borrowed_body, "plain");
  EXPECT_EQ(files.Serve(Get("/")).header("Content-Encoding"), "");
  EXPECT_EQ(files.Serve(Get("/")).header("Vary"), "Accept-Encoding");
  EXPECT_EQ(files.Serve(Get("/index.html.br")).status, 404);
}

TEST_F(StaticFilesTest, AKnownEtagIsNotSentAgain) {
  Write("index.html", "plain");
  Write("index.html.br", "brotli");
  const StaticFiles files = Load();
  const std::string plain(files.Serve(Get("/")).header("ETag"));
  const std::string brotli(files.Serve(Get("/", "br")).header("ETag"));
  EXPECT_NE(plain, brotli);
  HttpRequest again = Get("/", "br");
  again.if_none_match = brotli;
  EXPECT_EQ(files.Serve(again).status, 304);
  EXPECT_TRUE(files.Serve(again).borrowed_body.empty());
  again.if_none_match = "\"other\", W/" + brotli;
  EXPECT_EQ(files.Serve(again).status, 304);
  again.if_none_match = plain;
  EXPECT_EQ(files.Serve(again).status, 200);
}

TEST_F(StaticFilesTest, OnlyReading) {
  Write("index.html", "plain");
  HttpRequest post = Get("/");
  post.method = HttpMethod::kPost;
  EXPECT_EQ(Load().Serve(post).status, 405);
  EXPECT_EQ(Load().Serve(post).header("Allow"), "GET, HEAD");
}

TEST_F(StaticFilesTest, WhatCannotBeServedIsSaid) {
  EXPECT_FALSE(StaticFiles::Load(directory_));
  EXPECT_FALSE(StaticFiles::Load(directory_ / "missing"));
  const StaticFiles missing = StaticFiles::Missing();
  EXPECT_THAT(std::string(missing.Serve(Get("/r/a")).borrowed_body), HasSubstr("npm run build"));
}

}  // namespace
}  // namespace parley
