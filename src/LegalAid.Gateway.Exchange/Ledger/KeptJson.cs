using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>JSON in rows: no page ever shows these bytes, so that Chinese and a plus are written as they are and not as escapes.</summary>
internal static class KeptJson
{
    public static JsonSerializerOptions OptionsOf(JsonSerializerContext context) =>
        new(context.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
