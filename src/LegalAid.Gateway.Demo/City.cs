using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Demo;

/// <summary>A city that has a gateway in the demo.</summary>
/// <param name="Gateway">What other cities' directories call its gateway.</param>
/// <param name="RestPort">Where it listens unless somebody else does.</param>
/// <param name="Agencies">Whom other cities reach through it.</param>
public sealed record City(string Gateway, LocalizedText Title, string Region, int RestPort, int GrpcPort, ImmutableArray<string> Agencies)
{
    public const string LiuzhouCentre = "liuzhou-aid-centre";

    public static readonly City Nanning = new(
        "nanning-gateway", new LocalizedText("南宁市法律援助网关", "Nanning legal-aid gateway"), "450100", 8080, 8081, [Story.AidCentre, Story.Supervisor]);

    public static readonly City Liuzhou = new(
        "liuzhou-gateway", new LocalizedText("柳州市法律援助网关", "Liuzhou legal-aid gateway"), "450200", 9080, 9081, [LiuzhouCentre, "liuzhou-justice-bureau"]);
}
