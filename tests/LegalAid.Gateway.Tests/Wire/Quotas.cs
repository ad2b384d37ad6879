using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Quotas put on rows of the shipped matrix while the gateway runs.</summary>
internal static class Quotas
{
    /// <summary>Puts a quota on the row of the directory's operations, in place of what stood there.</summary>
    /// <param name="quota">As the file has it, such as <c>{ count: 3, per: day }</c>.</param>
    /// <param name="purposes">What the row is for.</param>
    public static Task LimitAsync(GatewayFixture gateway, string quota, string purposes = "directory") => LimitAsync(
        gateway.Gateway.Services, gateway.Options, "for: [directory]\n", $"for: [{purposes}]\n    quota: {quota}\n");

    /// <summary>Puts other text into the shipped file of operations and activates it.</summary>
    public static async Task LimitAsync(IServiceProvider services, GatewayHostOptions options, string old, string now)
    {
        const string File = "sharing/operations.yaml";
        var text = await System.IO.File.ReadAllTextAsync(Path.Combine(GatewayFixture.ConfigurationFolder, File));
        var changed = text.Replace(old, now, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        var archive = services.GetRequiredService<ConfigurationArchive>();
        var files = archive.Current.Files.Select(file => file.Path == File ? file with { Text = changed } : file);
        await archive.ActivateAsync(HostConfiguration.Read(options with { Overlay = [.. files] }).Snapshot, CancellationToken.None);
        services.GetRequiredService<DeliveryHub>().Reconfigured();
    }

    /// <summary>A partition key as the fields have it.</summary>
    public static string Key(string partition) => $":{Convert.ToBase64String(Encoding.UTF8.GetBytes(partition))}:";

    public static StoreSettings On(PostgresServer server) => new()
    {
        Kind = StoreKind.Postgres,
        Postgres = new PostgresSettings { Host = "127.0.0.1", Port = server.Port, Database = "postgres", User = PostgresServer.User, Tls = PostgresTls.Disable },
    };
}
