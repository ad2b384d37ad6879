using System.Net;
using System.Net.Sockets;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Demo;

/// <summary>The settings of a demo: the shipped ones, on a civil date of its own.</summary>
public static class DemoSettings
{
    /// <summary>Monday 2 March 2026, 09:00 at Nanning: after Spring Festival, in a year whose calendar is published.</summary>
    public static readonly DateTimeOffset CivilStart = new(2026, 3, 2, 9, 0, 0, CivilTime.Offset);

    /// <summary>Whether nobody listens on these ports: a demo beside another one, or beside anything else, takes free ones.</summary>
    public static bool AreFree(params ReadOnlySpan<int> ports)
    {
        foreach (var port in ports)
        {
            if (!IsFree(port))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <param name="seeds">Folder of the seeds, for the register of counsel.</param>
    /// <param name="freePorts">Take any free ports, so that several may run at once.</param>
    public static GatewaySettings Of(GatewaySettings settings, string seeds, bool freePorts) => settings with
    {
        CounselFile = Path.Combine(seeds, "counsel.yaml"),
        CivilTime = new CivilTimeSettings { Start = CivilStart },
        Listeners = freePorts
            ? new ListenerSettings { Rest = new Uri("http://127.0.0.1:0"), Grpc = new Uri("http://127.0.0.1:0") }
            : settings.Listeners,
    };
}
