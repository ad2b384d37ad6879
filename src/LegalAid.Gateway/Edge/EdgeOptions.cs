using System.ComponentModel.DataAnnotations;

namespace LegalAid.Gateway.Edge;

/// <summary>Bounds of the edge. Checked when the host starts.</summary>
public sealed class EdgeOptions
{
    /// <summary>
    /// Most bytes of one request, as JSON text or as one gRPC message. Default 16 MiB, which holds an attachment of 8 MiB in Base64;
    /// 1 KiB to 256 MiB. Above it: BODY_TOO_LARGE (413), RESOURCE_EXHAUSTED over gRPC.
    /// </summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int RequestBytesMax { get; set; } = 16 * 1024 * 1024;

    /// <summary>Deepest nesting of a JSON body and of a payload inside a message. Default 32; 4 to 48, below the parsers' own limits.</summary>
    [Range(4, 48)]
    public int DepthMax { get; set; } = 32;

    /// <summary>Most faults that one answer lists. Default 100; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int FaultsMax { get; set; } = 100;

    /// <summary>
    /// Most bytes of google.rpc.Status details in a gRPC trailer before Base64. Default 5,600, as widely used clients refuse metadata
    /// above 8 KiB and would then show no error at all; 1,024 to 60,000. Faults that do not fit are counted in ErrorInfo's metadata
    /// ("faults" is how many there are, "listed" how many are told); REST answers always carry them all.
    /// </summary>
    [Range(1024, 60_000)]
    public int StatusDetailBytesMax { get; set; } = 5_600;
}
