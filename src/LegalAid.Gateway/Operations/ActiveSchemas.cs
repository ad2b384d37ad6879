using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Edge.Payloads;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The payload schemas of the active configuration, read by the host's own codec with its rules for identifiers: a type that arrives by a
/// reload brings its JSON Schema with it. Made once for each configuration.
/// </summary>
internal sealed class ActiveSchemas(ConfigurationArchive archive, PayloadCodec codec) : IPayloadSchemas
{
    private volatile Made? _made;

    public IPayloadSchema? Find(string name)
    {
        var snapshot = archive.Current;
        if (_made is not { } made || !ReferenceEquals(made.Of, snapshot))
        {
            _made = made = new Made(snapshot, HostConfiguration.SchemasOf(snapshot.Files, codec));
        }

        return made.Schemas.Find(name);
    }

    private sealed record Made(ConfigurationSnapshot Of, PayloadSchemas Schemas);
}
