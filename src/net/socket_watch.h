#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "net/event_loop.h"

namespace connector::net {

/// Watches libcurl's sockets by an epoll set of its own, itself watched by the loop. A kept
/// connection stays in the set between two requests, so that a request on it costs no system
/// call here. Private to the transport's sources.
class SocketWatch {
 public:
  /// `on_ready` gets a socket and a CURL_CSELECT_ mask.
  using Ready = std::function<void(curl_socket_t, int)>;
  /// After all sockets that were ready.
  using Done = std::function<void()>;

  SocketWatch(EventLoop& loop, Ready on_ready, Done on_done);
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;
  ~SocketWatch();

  /// Opens a socket that is closed by close_socket only.
  curl_socket_t open_socket(const curl_sockaddr& address);
  void close_socket(curl_socket_t socket);
  /// What libcurl wants to hear of a socket: CURL_POLL_IN, _OUT, _INOUT, _REMOVE.
  void want(curl_socket_t socket, int what);

 private:
  struct Entry {
    std::uint32_t registered = 0;  ///< epoll mask in the set
    std::uint32_t wanted = 0;      ///< epoll mask libcurl asked for
    bool ours = false;             ///< opened here, so that its close is seen
  };
  struct Descriptor;

  Entry& entry(curl_socket_t socket);
  void set_registration(curl_socket_t socket, Entry& entry, std::uint32_t mask);
  void wait();
  void read_events();

  Ready on_ready_;
  Done on_done_;
  int epoll_;
  std::shared_ptr<Descriptor> descriptor_;
  std::vector<Entry> entries_;  ///< by socket number
};

}  // namespace connector::net
