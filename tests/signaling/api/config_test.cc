#include "signaling/api/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "signaling/api/config_settings.h"

namespace parley {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string ErrorOf(std::string_view toml) {
  const auto config = ParseConfig(toml, "parley.toml");
  return config ? "" : config.error();
}

TEST(ConfigTest, NothingGivesTheDefaults) {
  const auto config = ParseConfig("", "parley.toml");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http.port, 8443);
  EXPECT_EQ(config->http.local_port, 8080);
  EXPECT_TRUE(config->auth.host_link);
  EXPECT_EQ(config->limits.message_bytes, 64u * 1024);
  EXPECT_EQ(config->limits.json_depth, 32);
}

TEST(ConfigTest, ReadsEveryKindOfValue) {
  const auto config = ParseConfig(R"(
    [http]
    port = 443
    bind = ["0.0.0.0", "::"]
    origins = ["https://meet.example.org"]
    certificate = "/etc/parley/chain.pem"
    key = "/etc/parley/key.pem"
    [media]
    workers = 4
    announced_addresses = ["198.51.100.7"]
    [auth]
    host_link = false
    keys = [{secret = "0123456789abcdef0123456789abcdef"}, {id = "ops", file = "ops.pem"}]
    [limits]
    participants_per_room = 50
    resume_grace = 90
    [log]
    level = "debug"
    [data]
    directory = "/var/lib/parley"
  )",
                                  "parley.toml");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->http.port, 443);
  EXPECT_THAT(config->http.bind, ElementsAre("0.0.0.0", "::"));
  EXPECT_EQ(config->media.workers, 4);
  EXPECT_THAT(config->media.announced_addresses, ElementsAre("198.51.100.7"));
  EXPECT_FALSE(config->auth.host_link);
  ASSERT_EQ(config->auth.keys.size(), 2u);
  EXPECT_EQ(config->auth.keys[0].secret.size(), 32u);
  EXPECT_EQ(config->auth.keys[1].id, "ops");
  EXPECT_EQ(config->limits.participants_per_room, 50u);
  EXPECT_EQ(config->limits.resume_grace, Duration::Seconds(90));
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_EQ(config->data_directory, "/var/lib/parley");
}

TEST(ConfigTest, ABadValueNamesLineKeyFoundAndAllowed) {
  EXPECT_EQ(ErrorOf("[http]\n\nport = 99999\n"),
            "parley.toml:3: http.port is 99999; allowed is an integer from 1 to 65535");
  EXPECT_EQ(ErrorOf("[http]\nport = \"443\"\n"),
            "parley.toml:2: http.port is \"443\"; allowed is an integer from 1 to 65535");
  EXPECT_EQ(ErrorOf("[log]\nlevel = \"loud\"\n"),
            "parley.toml:2: log.level is \"loud\"; allowed is \"debug\", \"info\", \"warning\", "
            "\"error\" or \"off\"");
  EXPECT_THAT(ErrorOf("[media]\nannounced_addresses = [\"example.org\"]\n"),
              HasSubstr("media.announced_addresses is [\"example.org\"]; allowed is a list"));
  EXPECT_THAT(ErrorOf("[http]\norigins = [\"https://example.org/\"]\n"), HasSubstr("http.origins"));
}

TEST(ConfigTest, AnUnknownKeyIsRefusedWithTheNearest) {
  EXPECT_EQ(ErrorOf("[http]\nprot = 443\n"),
            "parley.toml:2: unknown key \"http.prot\"; did you mean \"http.port\"?");
  EXPECT_EQ(ErrorOf("\n[htpp]\nport = 443\n"),
            "parley.toml:2: unknown section \"htpp\"; did you mean \"http\"?");
  EXPECT_EQ(ErrorOf("[log]\ncompression = 3\n"),
            "parley.toml:2: unknown key \"log.compression\"; there is: level");
  EXPECT_THAT(ErrorOf("http = 3\n"), HasSubstr("allowed is a section: [http]"));
}

TEST(ConfigTest, WhatIsNotTomlNamesTheLine) {
  EXPECT_THAT(ErrorOf("[http]\nport = = 3\n"), StartsWith("parley.toml:2: this is not TOML: "));
}

// toml++ takes for granted that none of these is in a file.
TEST(ConfigTest, WhatTheLibraryDoesNotExpectIsRefused) {
  for (const char* toml : {"\n[", "\n[]", "\n [[ ]]", "\n[::1]:8080", "\n[\xC3\xA9]", "\n[.a]",
                           "\n[auth]\nkeys = [}]\n", "\xEF\xBB\xBF\n[ :"}) {
    EXPECT_THAT(ErrorOf(toml), testing::MatchesRegex("parley.toml:[23]: this is not TOML.*"))
        << toml;
  }
}

TEST(ConfigTest, LettersBeyondAsciiOutsideQuotesAreRefused) {
  // "é", a byte order mark and an Arabic presentation form, each in toml++'s table of spaces.
  for (const char* letter : {"\xC3\xA9", "\xEF\xBB\xBF", "\xEF\xBB\xAF"}) {
    const std::string line = std::string("po") + letter + "rt = 3\n";
    EXPECT_THAT(ErrorOf("[http]\n" + line), StartsWith("parley.toml:2: ")) << letter;
  }
}

TEST(ConfigTest, ASecretIsNeitherShortNorShown) {
  const std::string error = ErrorOf("[auth]\nkeys = [{secret = \"hunter2\"}]\n");
  EXPECT_THAT(error, HasSubstr("at least 32 bytes"));
  EXPECT_EQ(error.find("hunter2"), std::string::npos);
}

TEST(ConfigTest, WhoMayBeCalledIsAListOfPrefixes) {
  const auto config = ParseConfig(
      "[phone]\ndial_out = [\"+44\", \"+\"]\ndial_out_country = \"+44\"\n"
      "dial_out_never = [\"+44 900\"]\ndial_out_per_hour = 5\n",
      "test.toml");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->phone.dial_out, (std::vector<std::string>{"+44", "+"}));
  EXPECT_EQ(config->phone.dial_out_country, "+44");
  EXPECT_EQ(config->phone.dial_out_never, (std::vector<std::string>{"+44 900"}));
  EXPECT_EQ(config->phone.dial_out_per_hour, 5);
  EXPECT_TRUE(ParseConfig("", "test.toml")->phone.dial_out.empty()) << "nobody is called";
  for (const char* wrong :
       {"dial_out = [\"44\"]", "dial_out = [\"+4 4\"]", "dial_out = [\"\"]", "dial_out = true",
        "dial_out_country = \"+\"", "dial_out_country = \"44\"", "dial_out_country = \"+12345\"",
        "dial_out_country = \"+044\"", "dial_out_never = [\"x\"]", "dial_out_per_hour = 0"}) {
    EXPECT_THAT(ErrorOf(std::string("[phone]\n") + wrong + "\n"), HasSubstr("allowed is")) << wrong;
  }
}

TEST(ConfigTest, NumbersSpeakALanguageOrLeadIntoARoom) {
  const auto config = ParseConfig(
      "[phone]\nchinese_numbers = [\"+86 10 5555 0123\"]\nroom_numbers = [\"+44 20 1 = weekly\"]\n"
      "dns_servers = [\"192.0.2.53\"]\n",
      "test.toml");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->phone.chinese_numbers, (std::vector<std::string>{"+86 10 5555 0123"}));
  EXPECT_EQ(config->phone.room_numbers, (std::vector<std::string>{"+44 20 1 = weekly"}));
  EXPECT_EQ(config->phone.dns_servers, (std::vector<std::string>{"192.0.2.53"}));
  for (const char* wrong :
       {"chinese_numbers = [\"\"]", "room_numbers = [\"weekly\"]", "room_numbers = [\"+44 1 =\"]",
        "room_numbers = [\" = weekly\"]", "dns_servers = [\"ns.example.org\"]"}) {
    EXPECT_THAT(ErrorOf(std::string("[phone]\n") + wrong + "\n"), HasSubstr("allowed is")) << wrong;
  }
}

TEST(ConfigTest, AnAccountsPasswordIsNotShown) {
  const std::string error = ErrorOf("[phone]\nregistrations = \"sip:ada:hunter2@example.com\"\n");
  EXPECT_THAT(error, HasSubstr("phone.registrations is \"sip:…\"; allowed is a list"));
  EXPECT_EQ(error.find("hunter2"), std::string::npos);
}

TEST(ConfigTest, RecordingsAreCopiedToABucketWithItsKeys) {
  const std::string keys =
      "bucket = \"meetings\"\naccess_key = \"AK\"\nsecret_key = \"SK\"\nkeep_local = false\n";
  const auto config =
      ParseConfig("[upload]\nurl = \"https://s3.example.org\"\nregion = \"eu-central-1\"\n" + keys,
                  "parley.toml");
  ASSERT_TRUE(config) << config.error();
  const UploadSettings& upload = config->recording.upload;
  EXPECT_TRUE(upload.enabled());
  EXPECT_EQ(upload.region, "eu-central-1");
  EXPECT_EQ(upload.part_bytes(), uint64_t{64} << 20);
  EXPECT_FALSE(upload.keep_local);
  EXPECT_FALSE(Config().recording.upload.enabled());
  for (const char* wrong : {"ftp://example.org", "https://example.org/", "https://example.org/?a=b",
                            "https://key:secret@example.org", ""}) {
    EXPECT_THAT(ErrorOf("[upload]\nurl = \"" + std::string(wrong) + "\"\n" + keys),
                HasSubstr("upload.url is"))
        << wrong;
  }
  EXPECT_THAT(ErrorOf("[upload]\npart_mb = 4\n"),
              HasSubstr("upload.part_mb is 4; allowed is an integer from 5 to 5120"));
  EXPECT_THAT(ErrorOf("[upload]\nurl = \"https://s3.example.org\"\n"),
              HasSubstr("upload.url needs upload.bucket, upload.access_key and upload.secret_key"));
  EXPECT_THAT(ErrorOf("[upload]\nbucket = \"a/b\"\n"), HasSubstr("upload.bucket is"));
}

TEST(ConfigTest, RecordingsAreEncryptedWithAKeyOrThoseOfAFile) {
  const std::string hex(64, '7');
  const auto by_key = ParseConfig("[recording]\nencryption_key = \"" + hex + "\"\n", "parley.toml");
  ASSERT_TRUE(by_key) << by_key.error();
  EXPECT_EQ(by_key->recording.encryption_key, hex);
  const auto by_file = ParseConfig(
      "[recording]\nencryption_key_file = \"/etc/parley/recording.key\"\n", "test.toml");
  ASSERT_TRUE(by_file) << by_file.error();
  EXPECT_EQ(by_file->recording.encryption_key_file, "/etc/parley/recording.key");
  EXPECT_EQ(Config().recording.encryption_key + Config().recording.encryption_key_file, "");
  const std::string error = ErrorOf("[recording]\nencryption_key = \"hunter2\"\n");
  EXPECT_THAT(error,
              HasSubstr("recording.encryption_key is something else; allowed is 32 bytes, as "
                        "64 hexadecimal digits or in base64 (openssl rand -hex 32)"));
  EXPECT_EQ(error.find("hunter2"), std::string::npos);
  EXPECT_THAT(ErrorOf("[recording]\nencryption_key_file = \"\"\n"),
              HasSubstr("encryption_key_file is"));
  EXPECT_THAT(
      ErrorOf("[recording]\nencryption_key_file = \"a\"\nencryption_key = \"" + hex + "\"\n"),
      HasSubstr("are two places for one thing"));
}

TEST(ConfigTest, WebhooksGoToPlainAddressesAndAreSigned) {
  const std::string secret = "secret = \"0123456789abcdef0123456789abcdef\"\n";
  const auto config = ParseConfig(
      "[webhooks]\nurls = [\"https://example.org/parley?of=1\", \"http://127.0.0.1:9000/\"]\n" +
          secret,
      "parley.toml");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->webhooks.urls.size(), 2u);
  EXPECT_EQ(config->webhooks.secret.size(), 32u);
  for (const char* wrong : {"ftp://example.org/", "example.org", "https://", "https:///path",
                            "https://ada:pw@example.org", "https://example.org/#top",
                            "https://example.org/a b", "https://example.org/\\n", ""}) {
    EXPECT_THAT(ErrorOf("[webhooks]\nurls = [\"" + std::string(wrong) + "\"]\n" + secret),
                HasSubstr("webhooks.urls is"))
        << wrong;
  }
  EXPECT_THAT(ErrorOf("[webhooks]\nurls = [\"https://example.org/\"]\n"),
              HasSubstr("needs webhooks.secret"));
  EXPECT_THAT(
      ErrorOf("[webhooks]\nurls = [\"https://a.example/\", \"https://a.example/\"]\n" + secret),
      HasSubstr("twice"));
  const std::string error = ErrorOf("[webhooks]\nsecret = \"hunter2\"\n");
  EXPECT_THAT(error, HasSubstr("at least 32 bytes"));
  EXPECT_EQ(error.find("hunter2"), std::string::npos);
}

TEST(ConfigTest, WhereMeetingsMayBeSentIsAListOfHosts) {
  const auto config = ParseConfig(
      "[live]\nhls = true\nrtmp_hosts = [\"live.example.org\", \"*.example.net\", \"*\"]\n"
      "private_addresses = true\nat_once = 3\ntargets = 2\nheight = 540\n",
      "parley.toml");
  ASSERT_TRUE(config) << config.error();
  EXPECT_TRUE(config->live.hls);
  EXPECT_EQ(config->live.rtmp_hosts.size(), 3u);
  EXPECT_TRUE(config->live.private_addresses);
  EXPECT_EQ(config->live.at_once, 3u);
  EXPECT_EQ(config->live.targets, 2u);
  EXPECT_EQ(config->live.height, 540);
  for (const char* wrong : {"rtmp://a.example/app", "A.example", "a b", "", "*.", "a*"}) {
    EXPECT_THAT(ErrorOf("[live]\nrtmp_hosts = [\"" + std::string(wrong) + "\"]\n"),
                HasSubstr("live.rtmp_hosts is"))
        << wrong;
  }
  EXPECT_THAT(ErrorOf("[live]\nheight = 500\n"), HasSubstr("360, 540, 720 or 1080"));
}

TEST(ConfigTest, CertificateAndKeyBelongTogether) {
  EXPECT_THAT(ErrorOf("[http]\ncertificate = \"chain.pem\"\n"), HasSubstr("belong together"));
}

TEST(ConfigTest, NamesAreUnique) {
  std::set<std::string> names;
  for (const ConfigSetting& setting : ConfigSettings()) {
    EXPECT_TRUE(names.insert(setting.name()).second) << setting.name();
  }
}

}  // namespace
}  // namespace parley
