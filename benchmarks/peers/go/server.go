// The Go server of the guide's section 7, made correct: a mutex around the map, one Redis connection for all users, a buffer
// for each client, whoever leaves is forgotten. Without the database: what Redis brings is what is sent, as in every peer.
//
//	server PORT REDIS_PORT
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/gomodule/redigo/redis"
)

// A client that is this many messages behind is disconnected, and comes back.
const buffered = 256

type hub struct {
	mutex   sync.Mutex
	clients map[string]map[chan []byte]bool
	pubsub  redis.PubSubConn
}

func (h *hub) join(channel string) chan []byte {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	messages := make(chan []byte, buffered)
	if h.clients[channel] == nil {
		h.clients[channel] = make(map[chan []byte]bool)
		if err := h.pubsub.Subscribe(channel); err != nil {
			log.Fatal(err)
		}
	}
	h.clients[channel][messages] = true
	return messages
}

func (h *hub) leave(channel string, messages chan []byte) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	delete(h.clients[channel], messages)
	if len(h.clients[channel]) == 0 && h.clients[channel] != nil {
		delete(h.clients, channel)
		h.pubsub.Unsubscribe(channel)
	}
}

func (h *hub) receive() {
	for {
		switch message := h.pubsub.Receive().(type) {
		case redis.Message:
			h.mutex.Lock()
			for messages := range h.clients[message.Channel] {
				select {
				case messages <- message.Data:
				default:
					delete(h.clients[message.Channel], messages)
					close(messages)
				}
			}
			h.mutex.Unlock()
		case error:
			log.Fatal(message)
		}
	}
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	flusher := w.(http.Flusher)
	channel := r.URL.Query().Get("c")
	messages := h.join(channel)
	defer h.leave(channel, messages)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Connection", "keep-alive")
	flusher.Flush()
	for {
		select {
		case message, open := <-messages:
			if !open {
				return
			}
			fmt.Fprintf(w, "data: %s\n\n", message)
			flusher.Flush()
		case <-r.Context().Done():
			return
		}
	}
}

func main() {
	connection, err := redis.Dial("tcp", "127.0.0.1:"+os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	h := &hub{clients: make(map[string]map[chan []byte]bool), pubsub: redis.PubSubConn{Conn: connection}}
	go h.receive()
	http.HandleFunc("/sse", h.serve)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
