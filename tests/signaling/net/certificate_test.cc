#include "signaling/net/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace parley {
namespace {

using ::testing::HasSubstr;

constexpr WallTime kNow = WallTime::UnixMicros(1'763'885'000'000'000);
constexpr Duration kDay = Duration::Seconds(86'400);

class CertificateTest : public ::testing::Test {
 protected:
  CertificateTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~CertificateTest() override { std::filesystem::remove_all(directory_); }

  Certificate Make(std::vector<std::string> names = {}, WallTime now = kNow) {
    return *DevelopmentCertificate(directory_, names, now);
  }
  static X509* Parse(const Certificate& certificate) {
    BIO* bio = BIO_new_mem_buf(certificate.chain_pem.data(),
                               static_cast<int>(certificate.chain_pem.size()));
    X509* x509 = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    return x509;
  }
  void Write(const char* name, std::string_view content) {
    std::ofstream(directory_ / name, std::ios::binary) << content;
  }

  std::filesystem::path directory_;
};

TEST_F(CertificateTest, NamesThisMachineAndThePublicAddress) {
  X509* x509 = Parse(Make({"meet.example.org", "192.0.2.7"}));
  ASSERT_NE(x509, nullptr);
  EXPECT_EQ(X509_check_host(x509, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(x509, "meet.example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(x509, "example.org", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(x509, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(x509, "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(x509, "192.0.2.7", 0), 1);
  X509_free(x509);
}

TEST_F(CertificateTest, IsKeptWhileItServes) {
  const Certificate first = Make();
  EXPECT_EQ(Make().chain_pem, first.chain_pem);
  EXPECT_EQ(Make({}, kNow + kDay * 300).chain_pem, first.chain_pem);
  EXPECT_NE(Make({"meet.example.org"}).chain_pem, first.chain_pem);
}

TEST_F(CertificateTest, IsMadeAnewBeforeItEndsOrWhenDamaged) {
  const Certificate first = Make();
  const Certificate second = Make({}, kNow + kDay * 340);
  EXPECT_NE(second.chain_pem, first.chain_pem);
  Write("dev-key.pem", first.key_pem);
  const Certificate third = Make({}, kNow + kDay * 340);
  EXPECT_NE(third.chain_pem, second.chain_pem);
  Write("dev-cert.pem", "torn");
  EXPECT_NE(Make({}, kNow + kDay * 340).chain_pem, third.chain_pem);
}

TEST_F(CertificateTest, TheKeyIsForItsOwnerOnly) {
  Make();
  struct stat status{};
  ASSERT_EQ(stat((directory_ / "dev-key.pem").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(CertificateTest, TheOperatorsFilesAreChecked) {
  const Certificate made = Make();
  Write("chain.pem", made.chain_pem);
  Write("key.pem", made.key_pem);
  Write("other.pem", Make({"other.example"}).key_pem);
  Write("empty.pem", "");
  const auto at = [&](const char* name) { return directory_ / name; };
  const auto good = LoadCertificate(at("chain.pem"), at("key.pem"));
  ASSERT_TRUE(good) << good.error();
  EXPECT_FALSE(good->development);
  EXPECT_THAT(LoadCertificate(at("missing"), at("key.pem")).error(), HasSubstr("cannot read"));
  EXPECT_THAT(LoadCertificate(at("empty.pem"), at("key.pem")).error(), HasSubstr("empty.pem"));
  EXPECT_THAT(LoadCertificate(at("chain.pem"), at("empty.pem")).error(), HasSubstr("empty.pem"));
  EXPECT_THAT(LoadCertificate(at("chain.pem"), at("other.pem")).error(),
              HasSubstr("is not the key of"));
}

}  // namespace
}  // namespace parley
