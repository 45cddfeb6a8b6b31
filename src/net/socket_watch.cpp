#include "net/socket_watch.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <system_error>

namespace connector::net {

struct SocketWatch::Descriptor {
  Descriptor(boost::asio::io_context& context, int epoll) : stream(context, epoll) {}
  boost::asio::posix::stream_descriptor stream;
  bool closed = false;
};

SocketWatch::SocketWatch(EventLoop& loop, Ready on_ready, Done on_done)
    : on_ready_(std::move(on_ready)), on_done_(std::move(on_done)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  descriptor_ = std::make_shared<Descriptor>(loop.context(), epoll_);
  wait();
}

SocketWatch::~SocketWatch() {
  descriptor_->closed = true;
  descriptor_->stream.close();
}

curl_socket_t SocketWatch::open_socket(const curl_sockaddr& address) {
  const auto socket = ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
  if (socket < 0) return CURL_SOCKET_BAD;
  entry(socket) = Entry{.ours = true};
  return socket;
}

void SocketWatch::close_socket(curl_socket_t socket) {
  // Closing takes the socket out of the epoll set.
  ::close(socket);
  entry(socket) = Entry{};
}

void SocketWatch::want(curl_socket_t socket, int what) {
  auto& known = entry(socket);
  known.wanted = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) known.wanted |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) known.wanted |= EPOLLOUT;
  // Input is awaited on every connection soon, and silence costs nothing; output is nearly always possible.
  if (known.ours && known.wanted == 0 && known.registered == EPOLLIN) return;
  if (known.registered != known.wanted) set_registration(socket, known, known.wanted);
}

SocketWatch::Entry& SocketWatch::entry(curl_socket_t socket) {
  const auto index = static_cast<std::size_t>(socket);
  if (index >= entries_.size()) entries_.resize(index + 1);
  return entries_[index];
}

void SocketWatch::set_registration(curl_socket_t socket, Entry& known, std::uint32_t mask) {
  epoll_event event{};
  event.events = mask;
  event.data.fd = socket;
  const int operation = mask == 0 ? EPOLL_CTL_DEL : known.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (::epoll_ctl(epoll_, operation, socket, &event) < 0) {
    // libcurl's internal sockets come and go unseen, so that the set may differ from our view.
    if (errno == ENOENT && operation == EPOLL_CTL_MOD) ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    if (errno == EEXIST && operation == EPOLL_CTL_ADD) ::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
  }
  known.registered = mask;
}

void SocketWatch::wait() {
  descriptor_->stream.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                 [this, descriptor = descriptor_](const boost::system::error_code& error) {
                                   if (error || descriptor->closed) return;
                                   read_events();
                                   if (!descriptor->closed) wait();
                                 });
}

void SocketWatch::read_events() {
  const auto descriptor = descriptor_;
  std::array<epoll_event, 128> events{};
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const auto& event = events.at(static_cast<std::size_t>(i));
    const curl_socket_t socket = event.data.fd;
    auto& known = entry(socket);
    // An earlier event of this round may have closed the socket, or nobody uses it now: the remote closed it.
    if (known.registered == 0) continue;
    if (known.wanted == 0) {
      set_registration(socket, known, 0);
      continue;
    }
    int mask = 0;
    if ((event.events & EPOLLIN) != 0) mask |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) mask |= CURL_CSELECT_OUT;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) mask |= CURL_CSELECT_ERR | CURL_CSELECT_IN;
    on_ready_(socket, mask);
    if (descriptor->closed) return;
  }
  on_done_();
}

}  // namespace connector::net
