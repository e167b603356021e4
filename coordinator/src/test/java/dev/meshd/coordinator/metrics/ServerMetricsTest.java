package dev.meshd.coordinator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.coordinator.metrics.MapMetrics.End;
import dev.meshd.coordinator.metrics.MapMetrics.Message;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
  @Test
  void namesOfSharedMeaningAreThoseOfHeadscale() {
    try (ServerMetrics metrics = new ServerMetrics()) {
      MapMetrics map = new MapMetrics(metrics.registry());
      map.sent(Message.CHANGE, 100);
      map.sent(Message.CHANGE, 50);
      map.sendFailed(Message.FULL);
      map.built(Message.CHANGE, 1_000_000);
      map.endpointUpdate();
      map.ended(End.REPLACED);
      map.change("online");
      assertThat(metrics.scrape())
          .contains("headscale_mapresponse_sent_total{status=\"success\",type=\"change\"} 2.0")
          .contains("headscale_mapresponse_sent_total{status=\"error\",type=\"full\"} 1.0")
          .contains("headscale_mapresponse_generated_total{type=\"change\"} 1.0")
          .contains("headscale_mapresponse_endpoint_updates_total{status=\"ok\"} 1.0")
          .contains("headscale_mapresponse_ended_total{reason=\"replaced\"} 1.0")
          .contains("meshd_map_bytes_total{type=\"change\"} 150.0")
          .contains("meshd_map_build_seconds_count{type=\"change\"} 1")
          .contains("meshd_changes_total{kind=\"online\"} 1.0");
    }
  }

  @Test
  void theJavaRuntimeIsMeasured() {
    try (ServerMetrics metrics = new ServerMetrics()) {
      assertThat(metrics.scrape())
          .contains("jvm_memory_used_bytes{")
          .contains("jvm_threads_live_threads")
          .contains("process_files_open_files")
          .contains("process_uptime_seconds");
    }
  }
}
