#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "net/curl_transport.h"
#include "net/system_clock.h"

namespace connector::net {
namespace curl_tls_test {

namespace asio = boost::asio;
using asio::ip::tcp;
using Kind = ports::TransportFailure::Kind;

/// A key and a certificate of its own making, for one host, in two PEM files.
class SelfSigned {
 public:
  explicit SelfSigned(const std::string& subject)
      : directory_(std::filesystem::temp_directory_path() /
                   ("connector-tls-" + std::to_string(::getpid()) + "-" + std::to_string(++count))) {
    std::filesystem::create_directories(directory_);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), NID_subject_alt_name, subject);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    FILE* file = std::fopen(key_file().c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    file = std::fopen(certificate_file().c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
  }
  SelfSigned(const SelfSigned&) = delete;
  SelfSigned& operator=(const SelfSigned&) = delete;
  ~SelfSigned() { std::filesystem::remove_all(directory_); }

  std::string key_file() const { return directory_ / "key.pem"; }
  std::string certificate_file() const { return directory_ / "certificate.pem"; }

 private:
  static void add_extension(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static inline int count = 0;
  std::filesystem::path directory_;
};

/// Answers one request on each connection; counts the requests it could read.
class TlsServer {
 public:
  explicit TlsServer(const SelfSigned& identity)
      : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    tls_.use_certificate_chain_file(identity.certificate_file());
    tls_.use_private_key_file(identity.key_file(), asio::ssl::context::pem);
    thread_ = std::thread([this] {
      for (;;) {
        boost::system::error_code error;
        tcp::socket socket(context_);
        acceptor_.accept(socket, error);
        if (error) return;
        asio::ssl::stream<tcp::socket> stream(std::move(socket), tls_);
        stream.handshake(asio::ssl::stream_base::server, error);
        asio::streambuf buffer;
        if (!error) asio::read_until(stream, buffer, "\r\n\r\n", error);
        if (error) continue;
        ++requests_;
        asio::write(stream, asio::buffer(std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")),
                    error);
        stream.shutdown(error);
      }
    });
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }
  /// After stop().
  int requests() const { return requests_; }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/"; }

 private:
  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_;
  std::thread thread_;
  int requests_ = 0;
};

ports::HttpOutcome send(const std::string& url, TransportOptions options) {
  EventLoop loop;
  const SystemClock clock;
  CurlTransport transport(loop, clock, std::move(options));
  ports::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.body = "body";
  return run_until_complete(loop, transport.send(request));
}

TEST(CurlTls, UnknownAuthoritiesAreRefused) {
  const SelfSigned identity("IP:127.0.0.1");
  TlsServer server(identity);
  const auto outcome = send(server.url(), {.allow_plain_loopback = true});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::tls_refused) << outcome.error().message;
  EXPECT_FALSE(outcome.error().may_have_arrived);
  server.stop();
  EXPECT_EQ(server.requests(), 0);
}

TEST(CurlTls, TrustedAuthoritiesAreAccepted) {
  const SelfSigned identity("IP:127.0.0.1");
  TlsServer server(identity);
  const auto outcome = send(server.url(), {.extra_ca_file = identity.certificate_file()});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->body, "secret");
  server.stop();
  EXPECT_EQ(server.requests(), 1);
}

TEST(CurlTls, CertificatesOfOtherHostsAreRefused) {
  const SelfSigned identity("DNS:other.example");
  TlsServer server(identity);
  const auto outcome = send(server.url(), {.extra_ca_file = identity.certificate_file()});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::tls_refused) << outcome.error().message;
  EXPECT_FALSE(outcome.error().may_have_arrived);
  server.stop();
  EXPECT_EQ(server.requests(), 0);
}

}  // namespace curl_tls_test
}  // namespace connector::net
