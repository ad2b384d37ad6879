using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LegalAid.Gateway.Testing.Postgres;

/// <summary>
/// A real PostgreSQL server on a free port of the loopback, in a temporary folder, with default durability. It ends and its folder goes when it
/// is disposed of; where the test process dies before that, a watcher that outlives it sees to both.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Owner of the cluster; it needs no password.</summary>
    public const string User = "gateway";

    private const long MemoryBytesMin = 2L << 30;

    private static readonly string Programs = FindPrograms();

    private readonly string _root;
    private IReadOnlyDictionary<string, string>? _environment;
    private bool _running;

    private PostgresServer(string root, string dataFolder, int port) => (_root, DataFolder, Port) = (root, dataFolder, port);

    public int Port { get; }

    public string DataFolder { get; }

    /// <summary>To the database <c>postgres</c>, as its owner.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={User};Database=postgres");

    /// <summary>Whether PostgreSQL is on this machine.</summary>
    public static bool IsInstalled => Programs.Length > 0;

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="settings">Lines for postgresql.conf, such as <c>wal_level = replica</c>.</param>
    public static Task<PostgresServer> StartAsync(params string[] settings) => StartAsync(Create(), settings);

    /// <summary>Makes a cluster below the temporary folder, also where there is memory to spare, and starts it: for what is timed with its waits for the disk.</summary>
    public static Task<PostgresServer> StartOnDiskAsync(params string[] settings) => StartAsync(Create(parent: Path.GetTempPath()), settings);

    /// <summary>Makes a cluster in a folder of the caller's, who starts it with <see cref="StartOnAsync"/>.</summary>
    /// <param name="arguments">For initdb.</param>
    public static async Task MakeClusterAsync(string dataFolder, params string[] arguments)
    {
        Directory.CreateDirectory(dataFolder);
        Own(dataFolder);
        await RunAsync("initdb", ["-D", dataFolder, "-A", "trust", "-U", User, "-E", "UTF8", "--locale=C", "-N", .. arguments], environment: null);
    }

    /// <summary>Starts a server on a cluster that is the caller's and stays when the server goes.</summary>
    /// <param name="environment">For the server and all its processes; null: nothing special.</param>
    /// <param name="settings">Over those of the cluster, as <c>name=value</c>.</param>
    public static async Task<PostgresServer> StartOnAsync(string dataFolder, IReadOnlyDictionary<string, string>? environment, params string[] settings)
    {
        Own(dataFolder);
        var server = Create(dataFolder);
        try
        {
            server._environment = environment;
            await server.LaunchAsync(settings);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Copies a running primary into a standby that streams from it, and starts that.</summary>
    /// <param name="name">Its cluster name, by which <c>synchronous_standby_names</c> knows it.</param>
    public static async Task<PostgresServer> StartStandbyAsync(PostgresServer primary, string name)
    {
        var standby = Create();
        await standby.RunAsync(
            "pg_basebackup", "-D", standby.DataFolder, "-h", "127.0.0.1", "-p", Text(primary.Port), "-U", User, "-X", "stream", "-c", "fast", "-R");
        await standby.StartAgainAsync($"cluster_name = '{name}'"); // the name under which it streams
        return standby;
    }

    /// <summary>Starts it on its folder as it is, after <see cref="StopAsync"/>, with more settings.</summary>
    public async Task StartAgainAsync(params string[] settings)
    {
        if (settings.Length > 0)
        {
            await File.AppendAllLinesAsync(Path.Combine(DataFolder, "postgresql.conf"), settings);
        }

        await LaunchAsync([]);
    }

    /// <summary>Starts it where it has ended by itself, as one does that cannot write its log. Whether it had.</summary>
    public async Task<bool> ReviveAsync()
    {
        if (await IsAliveAsync())
        {
            return false;
        }

        await LaunchAsync([]);
        return true;
    }

    /// <summary>Stops it. "immediate" is a crash: nothing is written any more, and the next start recovers.</summary>
    public async Task StopAsync(string mode = "fast")
    {
        _running = false;
        await RunAsync("pg_ctl", "-D", DataFolder, "-w", "-s", "-m", mode, "stop");
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => RunAsync("pg_ctl", "-D", DataFolder, "-w", "-s", "promote");

    public async ValueTask DisposeAsync()
    {
        if (_running && await IsAliveAsync())
        {
            await StopAsync("immediate");
        }

        Directory.Delete(_root, recursive: true);
    }

    private static async Task<PostgresServer> StartAsync(PostgresServer server, string[] settings)
    {
        await server.RunAsync("initdb", "-D", server.DataFolder, "-A", "trust", "-U", User, "-E", "UTF8", "--locale=C", "-N");
        await server.StartAgainAsync(settings);
        return server;
    }

    private async Task LaunchAsync(IEnumerable<string> settings)
    {
        var more = string.Concat(settings.Select(setting => $" -c {setting}"));
        await RunAsync(
            "pg_ctl",
            [
                "-D", DataFolder, "-w", "-s", "-l", Path.Combine(_root, "log"), "-o",
                string.Create(CultureInfo.InvariantCulture, $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_root}{more}"), "start",
            ],
            _environment);
        _running = true;
    }

    private async Task<bool> IsAliveAsync()
    {
        try
        {
            await RunAsync("pg_ctl", "-D", DataFolder, "status");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // it says so by its code
        }
    }

    /// <summary>PostgreSQL wants its folder to be its own.</summary>
    private static void Own(string dataFolder)
    {
        Run("chmod", ["0700", dataFolder]).WaitForExit();
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", ["-R", "postgres:postgres", dataFolder]).WaitForExit();
        }
    }

    /// <param name="dataFolder">Where the cluster is; null: in the server's own folder.</param>
    /// <param name="parent">Where the server's own folder is made; null: in memory, if there is enough of it.</param>
    private static PostgresServer Create(string? dataFolder = null, string? parent = null)
    {
        if (!IsInstalled)
        {
            throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql");
        }

        var root = MakeRoot(parent ?? QuickParent());
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", ["postgres:postgres", root]).WaitForExit();
        }

        var data = dataFolder ?? Path.Combine(root, "data");
        Watch(root, data);
        return new PostgresServer(root, data, FreePort());
    }

    /// <summary>In memory where the machine offers it: durability is asked for as ever, and its waits are short.</summary>
    private static string QuickParent()
    {
        const string Memory = "/dev/shm";
        return Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > MemoryBytesMin ? Memory : Path.GetTempPath();
    }

    private static string MakeRoot(string parent)
    {
        var root = Path.Combine(parent, "legalaid-pg-" + Path.GetRandomFileName());
        Directory.CreateDirectory(root);
        return root;
    }

    private static string FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault("")
            : "";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A shell that waits for this process to end, and then ends the server, if it runs, and removes its folder.</summary>
    private static void Watch(string root, string dataFolder) => Run("setsid",
    [
        "sh", "-c",
        $"while kill -0 {Environment.ProcessId} 2>/dev/null && [ -d '{root}' ]; do sleep 1; done; "
        + $"[ -d '{root}' ] || exit; kill -QUIT \"$(head -n 1 '{dataFolder}/postmaster.pid')\" 2>/dev/null; sleep 1; rm -rf '{root}'",
    ]).Dispose();

    /// <summary>Runs one of PostgreSQL's programs: it does not want to be root.</summary>
    private static async Task RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        string[] command = ["env", .. (environment ?? new Dictionary<string, string>()).Select(one => $"{one.Key}={one.Value}"), Path.Combine(Programs, program), .. arguments];
        if (Environment.IsPrivilegedProcess)
        {
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "env", "HOME=/tmp", "LC_ALL=C.UTF-8", .. command];
        }

        using var process = Run(command[0], command[1..]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
        }
    }

    private Task RunAsync(string program, params string[] arguments) => RunAsync(program, arguments.AsEnumerable(), environment: null);

    private static Process Run(string program, IEnumerable<string> arguments)
    {
        // Nothing is read from it: a server inherits its starter's pipes and would hold them open.
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", program, .. arguments])
        {
            WorkingDirectory = "/", UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }
}
