using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>What one run lives in: a copy of the shipped configuration with ports and enrolments of its own, a store, keys.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string PushSecretName = "court-push";

    // Below the range from which the system gives ports to clients: between two lives of the gateway nobody takes its port.
    private const int PortsFrom = 20_000;
    private const int PortsUntil = 31_000;

    private readonly DirectoryInfo _root = System.IO.Directory.CreateTempSubdirectory("legalaid-kill-");

    private RunFolder(Uri rest, Uri grpc) => (Rest, Grpc) = (rest, grpc);

    public Uri Rest { get; }

    public Uri Grpc { get; }

    public string Configuration => Path.Combine(_root.FullName, "gateway-config");

    public string Work => _root.FullName;

    /// <summary>Plain SQL on what the gateway keeps here.</summary>
    public StoreReading Store => new SqliteReading(Path.Combine(Work, "var", "gateway.db"));

    public string PushSecret { get; private set; } = "";

    public ConfigurationSnapshot Snapshot { get; private set; } = null!; // set by Prepare, the only way to get one

    public static string Seeds => Path.Combine(AppContext.BaseDirectory, "seeds");

    /// <param name="civilRate">How many times faster than the system's civil time runs.</param>
    public static RunFolder Prepare(IEnumerable<AgencySystem> agencies, string pushAgency, Uri pushTo, int civilRate, TimeProvider time)
    {
        var first = FreePort(PortsFrom + (Environment.ProcessId % (PortsUntil - PortsFrom)));
        var second = FreePort(first + 1);
        var folder = new RunFolder(Address(first), Address(second));
        var shipped = Path.Combine(AppContext.BaseDirectory, "gateway-config");
        foreach (var file in System.IO.Directory.EnumerateFiles(shipped, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder.Configuration, Path.GetRelativePath(shipped, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy)!); // a file of a folder
            File.Copy(file, copy);
        }

        File.Copy(Path.Combine(Seeds, "counsel.yaml"), Path.Combine(folder.Configuration, "counsel.yaml"));
        File.WriteAllText(Path.Combine(folder.Configuration, "gateway.yaml"), folder.Settings(civilRate));
        var enrolments = DemoGateway.Enrolments(agencies, [new PushTarget(pushAgency, pushTo, PushSecretName)]);
        File.WriteAllText(Path.Combine(folder.Configuration, enrolments.Path), enrolments.Text);
        folder.PushSecret = KeyFolder.OpenOrCreate(Path.Combine(folder.Work, "var", "keys"), time).EnsurePushSecret(PushSecretName);
        folder.Snapshot = HostConfiguration.Read(new GatewayHostOptions { ConfigurationFolder = folder.Configuration }).Snapshot;
        return folder;
    }

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>The shortest push timeout makes the shortest lease: what a kill left under way is sent again soon.</summary>
    private string Settings(int civilRate) => string.Create(CultureInfo.InvariantCulture, $$"""
        public-address: {{Rest.OriginalString}}
        allow-plain-text: true
        listeners: { rest: "{{Rest.OriginalString}}", grpc: "{{Grpc.OriginalString}}" }
        store: { kind: sqlite, path: var/gateway.db }
        keys: { folder: var/keys }
        counsel: counsel.yaml
        delivery: { attempts-max: 50, backoff-base: 200ms, backoff-max: 1s, timeout: 1s }
        civil-time: { start: "{{DemoSettings.CivilStart.ToCivil():yyyy-MM-dd'T'HH:mm:sszzz}}", rate: {{civilRate}} }
        """);

    private static Uri Address(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private static int FreePort(int from)
    {
        for (var port = from; ; port = port + 1 < PortsUntil ? port + 1 : PortsFrom)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
