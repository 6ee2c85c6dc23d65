package peer;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Counts events while the program runs, and says at the end what they cost this process. */
final class Tally {
    private final OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long warmUp, total;
    private long seen, wallNs, cpuNs;

    Tally(long warmUp, long events) {
        this.warmUp = warmUp;
        this.total = warmUp + events;
    }

    /** One more; true when that was the last one: the figures are on standard output then, as one JSON object. */
    boolean count() {
        seen++;
        if (seen == warmUp) {
            wallNs = System.nanoTime();
            cpuNs = machine.getProcessCpuTime();
        }
        if (seen != total) {
            return false;
        }
        double wallS = (System.nanoTime() - wallNs) / 1e9;
        double cpuUs = (machine.getProcessCpuTime() - cpuNs) / 1e3;
        long events = total - warmUp;
        System.out.printf(
                Locale.ROOT,
                "{\"events\": %d, \"wall_s\": %.4f, \"events_per_s\": %d, \"cpu_us_per_event\": %.3f, \"rss_mib\": %.1f,"
                        + " \"decisions\": %d, \"decided_share\": 1.0}%n",
                events, wallS, Math.round(events / wallS), cpuUs / events, peakRssMib(), events);
        System.out.flush();
        return true;
    }

    private static double peakRssMib() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
                }
            }
        } catch (IOException none) {
            // Another system than Linux: the figure is 0.
        }
        return 0.0;
    }
}
