using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Simulation.History;
using LegalAid.Gateway.Testing.Postgres;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>A gateway process's own: its listeners and its work folder.</summary>
internal sealed record NodePlace(Uri Rest, Uri Grpc, string Configuration, string Work)
{
    /// <summary>Has the keys of a node that was started before, as docs/postgresql.md wants it.</summary>
    public void TakeKeysOf(NodePlace first) => RunFolder.CopyAll(RunFolder.KeysIn(first.Work), RunFolder.KeysIn(Work));
}

/// <summary>
/// What one run lives in: a copy of the shipped configuration with enrolments of its own, and for each node ports, a work folder and keys.
/// The store is a file of the first node's, or that PostgreSQL server.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private const string PushSecretName = "run-push";

    // Below the range from which the system gives ports to clients: between two lives of the gateway nobody takes its port.
    private const int PortsFrom = 20_000;
    private const int PortsUntil = 31_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    private readonly DirectoryInfo _root = System.IO.Directory.CreateTempSubdirectory("legalaid-kill-");

    private readonly PostgresServer? _server;
    private readonly int _databasePort;

    private RunFolder(int nodes, PostgresServer? server, int databasePort)
    {
        (_server, _databasePort) = (server, databasePort);
        var port = PortsFrom + (Environment.ProcessId % (PortsUntil - PortsFrom));
        Nodes = [.. Enumerable.Range(1, nodes).Select(number =>
        {
            var rest = FreePort(port);
            var grpc = FreePort(rest + 1);
            port = grpc + 1;
            var work = _root.CreateSubdirectory(string.Create(CultureInfo.InvariantCulture, $"node-{number}"));
            return new NodePlace(Address(rest), Address(grpc), Configuration, work.FullName);
        })];
    }

    public IReadOnlyList<NodePlace> Nodes { get; }

    public string Configuration => Path.Combine(_root.FullName, "gateway-config");

    /// <summary>The issuer of tokens.</summary>
    public string PublicAddress => Nodes[0].Rest.OriginalString;

    /// <summary>Plain SQL on what the gateway keeps.</summary>
    public StoreReading Store => _server is null
        ? new SqliteReading(Path.Combine(Nodes[0].Work, "var", "gateway.db"))
        : new PostgresReading(new PostgresStoreOptions { ConnectionString = _server.ConnectionString });

    public string PushSecret { get; private set; } = "";

    public ConfigurationSnapshot Snapshot { get; private set; } = null!; // set by Prepare, the only way to get one

    public static string Seeds => Path.Combine(AppContext.BaseDirectory, "seeds");

    public static string KeysIn(string work) => Path.Combine(work, "var", "keys");

    /// <summary>Copies a folder with all that is in it.</summary>
    public static void CopyAll(string from, string to)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy)!); // a file of a folder
            File.Copy(file, copy);
        }
    }

    /// <param name="civilRate">How many times faster than the system's civil time runs.</param>
    /// <param name="server">Where the store is; null: in a file, for one node.</param>
    /// <param name="line">Between the nodes and the server; null: nothing.</param>
    public static RunFolder Prepare(
        IEnumerable<AgencySystem> agencies, IEnumerable<(string Agency, Uri To)> pushes, int civilRate, TimeProvider time, int nodes = 1, PostgresServer? server = null,
        DatabaseLine? line = null)
    {
        var folder = new RunFolder(nodes, server, line?.Port ?? server?.Port ?? 0);
        CopyAll(Path.Combine(AppContext.BaseDirectory, "gateway-config"), folder.Configuration);
        File.Copy(Path.Combine(Seeds, "counsel.yaml"), Path.Combine(folder.Configuration, "counsel.yaml"));
        File.WriteAllText(Path.Combine(folder.Configuration, "gateway.yaml"), folder.Settings(civilRate));
        var enrolments = DemoGateway.Enrolments(agencies, [.. pushes.Select(push => new PushTarget(push.Agency, push.To, PushSecretName))]);
        File.WriteAllText(Path.Combine(folder.Configuration, enrolments.Path), enrolments.Text);
        folder.PushSecret = KeyFolder.OpenOrCreate(KeysIn(folder.Nodes[0].Work), time).EnsurePushSecret(PushSecretName);
        folder.Snapshot = HostConfiguration.Read(new GatewayHostOptions { ConfigurationFolder = folder.Configuration }).Snapshot;
        return folder;
    }

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>The shortest push timeout makes the shortest lease: what a kill left under way is sent again soon.</summary>
    private string Settings(int civilRate) => string.Create(CultureInfo.InvariantCulture, $$"""
        public-address: {{PublicAddress}}
        allow-plain-text: true
        store: { {{(_server is null ? "kind: sqlite, path: var/gateway.db" : Text($"kind: postgres, host: 127.0.0.1, port: {_databasePort}, database: postgres, user: {PostgresServer.User}, tls: disable"))}} }
        keys: { folder: var/keys }
        counsel: counsel.yaml
        delivery: { attempts-max: 50, backoff-base: 200ms, backoff-max: 1s, timeout: 1s }
        civil-time: { start: "{{DemoSettings.CivilStart.ToCivil():yyyy-MM-dd'T'HH:mm:sszzz}}", rate: {{civilRate}} }
        """);

    private static Uri Address(int port) => new(Text($"http://127.0.0.1:{port}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A port that nobody listens on, never the same twice: another run of this process may not have started to listen yet.</summary>
    private static int FreePort(int from)
    {
        for (var port = from; ; port = port + 1 < PortsUntil ? port + 1 : PortsFrom)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                if (Given.TryAdd(port, true))
                {
                    return port;
                }
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
