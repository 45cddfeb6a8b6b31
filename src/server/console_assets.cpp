#include "server/console_assets.h"

#include <zlib.h>

#include <array>

#include "engine/digest.h"
#include "server/router.h"

namespace connector::server {

using ports::ServerReply;

namespace {

std::string inflated(std::string_view gzip) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return {};
  std::string plain;
  std::array<char, 16'384> buffer{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    status = inflate(&stream, Z_NO_FLUSH);
    plain.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return plain;
}

/// The last part of a path has a dot: a file, not a page.
bool names_a_file(std::string_view path) {
  const auto slash = path.rfind('/');
  return path.find('.', slash == std::string_view::npos ? 0 : slash) != std::string_view::npos;
}

}  // namespace

ConsoleFiles::ConsoleFiles(std::span<const ConsoleAsset> assets) {
  for (const ConsoleAsset& asset : assets)
    files_.emplace(asset.path, File{&asset, "\"" + engine::sha256_hex(asset.gzip).substr(0, 32) + "\""});
}

ServerReply ConsoleFiles::answer(const ports::ServerRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD")
    return error_reply(405, "bad_input", "this address does not take " + request.method);
  auto found = files_.find(request.path());
  if (found == files_.end() && (request.path().starts_with("/assets/") || names_a_file(request.path())))
    return error_reply(404, "not_found", "there is nothing at this address");
  if (found == files_.end()) found = files_.find("/index.html");
  if (found == files_.end())
    return text_reply(404, "This program was built without the console; its API is at /api/v1/openapi.json\n");
  const auto& [path, file] = *found;
  ServerReply reply;
  auto& headers = reply.response.headers;
  headers.emplace_back("Content-Type", std::string(file.asset->content_type));
  headers.emplace_back("Cache-Control",
                       path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  headers.emplace_back("ETag", file.tag);
  headers.emplace_back("Vary", "Accept-Encoding");
  if (ports::find_header(request.headers, "If-None-Match") == std::optional<std::string_view>(file.tag)) {
    reply.response.status = 304;
    return reply;
  }
  const auto accepted = ports::find_header(request.headers, "Accept-Encoding");
  if (accepted && accepted->find("gzip") != std::string_view::npos) {
    headers.emplace_back("Content-Encoding", "gzip");
    reply.response.body = file.asset->gzip;
  } else {
    reply.response.body = inflated(file.asset->gzip);
  }
  return reply;
}

void add_security_headers(ports::HttpResponse& response) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> headers{
      {{"Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
       {"X-Content-Type-Options", "nosniff"},
       {"X-Frame-Options", "DENY"},
       {"Referrer-Policy", "no-referrer"},
       {"Cross-Origin-Opener-Policy", "same-origin"},
       {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"}}};
  for (const auto& [name, value] : headers) response.headers.emplace_back(name, value);
}

}  // namespace connector::server
