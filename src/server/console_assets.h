#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "ports/http.h"

namespace connector::server {

/// One file of the console, compressed with gzip when it was built.
struct ConsoleAsset {
  std::string_view path;  ///< "/index.html", "/assets/index-1a2b3c.js"
  std::string_view content_type;
  std::string_view gzip;
};

/// Answers a request for the console. Addresses of pages all get index.html, because the browser draws them; files
/// under /assets/ have names made of their content and may be kept for ever. Built once, then only read.
class ConsoleFiles {
 public:
  explicit ConsoleFiles(std::span<const ConsoleAsset> assets);
  ports::ServerReply answer(const ports::ServerRequest& request) const;

 private:
  struct File {
    const ConsoleAsset* asset;
    std::string tag;
  };
  std::map<std::string, File, std::less<>> files_;
};

/// The headers of every answer: nothing may be loaded from elsewhere, framed, sniffed or told to other sites.
void add_security_headers(ports::HttpResponse& response);

}  // namespace connector::server
