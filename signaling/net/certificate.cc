#include "signaling/net/certificate.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "sfu/base/socket_address.h"

namespace parley {
namespace {

template <auto kFree>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    kFree(p);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;

constexpr int kValidDays = 365;
constexpr int kRenewDays = 30;

std::optional<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

bool WriteFile(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  std::filesystem::path temporary = path;
  temporary += ".new";
  int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return false;
  bool ok = fchmod(fd, mode) == 0 &&
            write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
            fsync(fd) == 0;
  close(fd);
  return ok && rename(temporary.c_str(), path.c_str()) == 0;
}

BioPtr Borrow(std::string_view pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

X509Ptr ParseCertificate(std::string_view pem) {
  return X509Ptr(PEM_read_bio_X509(Borrow(pem).get(), nullptr, nullptr, nullptr));
}

KeyPtr ParseKey(std::string_view pem) {
  // An empty password: an encrypted key must fail and not ask the terminal.
  char empty[] = "";
  return KeyPtr(PEM_read_bio_PrivateKey(Borrow(pem).get(), nullptr, nullptr, empty));
}

std::string Contents(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

bool IsAddress(const std::string& name) { return SocketAddress::Parse(name, 0).has_value(); }

bool Covers(X509* certificate, const std::string& name) {
  return IsAddress(name) ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                         : X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
}

bool StillGood(const Certificate& certificate, const std::vector<std::string>& names,
               WallTime now) {
  X509Ptr x509 = ParseCertificate(certificate.chain_pem);
  KeyPtr key = ParseKey(certificate.key_pem);
  if (!x509 || !key || X509_check_private_key(x509.get(), key.get()) != 1) return false;
  std::time_t renew_at = now.unix_seconds() + kRenewDays * 86'400;
  std::time_t at = now.unix_seconds();
  return X509_cmp_time(X509_get0_notAfter(x509.get()), &renew_at) > 0 &&
         X509_cmp_time(X509_get0_notBefore(x509.get()), &at) < 0 &&
         std::ranges::all_of(names, [&](const std::string& n) { return Covers(x509.get(), n); });
}

bool AddExtension(X509* certificate, int nid, const std::string& value) {
  std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::optional<Certificate> Make(const std::vector<std::string>& names, WallTime now) {
  KeyPtr key(EVP_EC_gen("P-256"));
  X509Ptr x509(X509_new());
  if (!key || !x509) return std::nullopt;
  std::string alternatives;
  for (const std::string& name : names) {
    if (!alternatives.empty()) alternatives += ',';
    alternatives += (IsAddress(name) ? "IP:" : "DNS:") + name;
  }
  X509_set_version(x509.get(), X509_VERSION_3);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(x509.get()), now.unix_us());
  std::time_t from = now.unix_seconds() - 86'400;
  std::time_t until = now.unix_seconds() + kValidDays * 86'400;
  ASN1_TIME_set(X509_getm_notBefore(x509.get()), from);
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), until);
  X509_NAME* subject = X509_get_subject_name(x509.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("Parley development"), -1, -1,
                             0);
  X509_set_issuer_name(x509.get(), subject);
  X509_set_pubkey(x509.get(), key.get());
  if (!AddExtension(x509.get(), NID_subject_alt_name, alternatives) ||
      !AddExtension(x509.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(x509.get(), NID_ext_key_usage, "serverAuth") ||
      X509_sign(x509.get(), key.get(), EVP_sha256()) == 0) {
    return std::nullopt;
  }
  BioPtr chain(BIO_new(BIO_s_mem()));
  BioPtr secret(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(chain.get(), x509.get());
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return Certificate{Contents(chain.get()), Contents(secret.get()), true};
}

}  // namespace

std::expected<Certificate, std::string> LoadCertificate(const std::filesystem::path& chain,
                                                        const std::filesystem::path& key) {
  std::optional<std::string> chain_pem = ReadFile(chain);
  if (!chain_pem) return std::unexpected("cannot read the certificate " + chain.string());
  std::optional<std::string> key_pem = ReadFile(key);
  if (!key_pem) return std::unexpected("cannot read the private key " + key.string());
  X509Ptr x509 = ParseCertificate(*chain_pem);
  if (!x509) return std::unexpected(chain.string() + " holds no PEM certificate");
  KeyPtr pkey = ParseKey(*key_pem);
  if (!pkey) return std::unexpected(key.string() + " holds no PEM private key without a password");
  if (X509_check_private_key(x509.get(), pkey.get()) != 1) {
    return std::unexpected(key.string() + " is not the key of the certificate " + chain.string());
  }
  return Certificate{std::move(*chain_pem), std::move(*key_pem), false};
}

std::expected<Certificate, std::string> DevelopmentCertificate(
    const std::filesystem::path& data_directory, const std::vector<std::string>& names,
    WallTime now) {
  std::vector<std::string> all = {"localhost", "127.0.0.1", "::1"};
  for (const std::string& name : names) {
    if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  }
  std::filesystem::path chain = data_directory / "dev-cert.pem";
  std::filesystem::path key = data_directory / "dev-key.pem";
  Certificate kept{ReadFile(chain).value_or(""), ReadFile(key).value_or(""), true};
  if (StillGood(kept, all, now)) return kept;
  std::optional<Certificate> made = Make(all, now);
  if (!made) return std::unexpected("cannot make a certificate");
  if (!WriteFile(key, made->key_pem, 0600) || !WriteFile(chain, made->chain_pem, 0644)) {
    return std::unexpected("cannot write " + chain.string());
  }
  return *made;
}

}  // namespace parley
