using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>How a question is written into an HTTP request, and what an answer's body may be.</summary>
internal abstract class ExchangeFormat(Uri address)
{
    /// <summary>What kind of document an answer is.</summary>
    public abstract AnswerLanguage Language { get; }

    /// <summary>The request; null where the question lacks something that it needs.</summary>
    public abstract OutgoingRequest? Write(QuestionValues values);

    public abstract bool Takes(MediaTypeHeaderValue? type);

    /// <summary>What the answer itself says went wrong; null: nothing.</summary>
    public virtual ConnectorFault? FaultOf(IReadAnswer answer) => null;

    public static ExchangeFormat Of(FactConnector connector) => (connector.Call, connector.Wire) switch
    {
        (ConnectorCall.Http http, { } wire) => new JsonFormat(http, wire.Address),
        (ConnectorCall.Soap soap, { } wire) => new XmlFormat(soap, wire.Address),
        _ => throw new ArgumentException($"connector {connector.Id} is not asked over HTTP", nameof(connector)),
    };

    /// <summary>The address, with checked placeholders percent-encoded.</summary>
    protected Uri? AddressOf(PlaceholderText path, ImmutableArray<NamedText> query, QuestionValues values)
    {
        var text = new StringBuilder(address.GetLeftPart(UriPartial.Authority));
        if (path.Fill(placeholder => values.Of(placeholder) is { } value ? Uri.EscapeDataString(value) : null) is not { } filled)
        {
            return null;
        }

        text.Append(filled);
        for (var i = 0; i < query.Length; i++)
        {
            if (query[i].Value.Fill(values.Of) is not { } value)
            {
                return null;
            }

            text.Append(i == 0 ? '?' : '&').Append(Uri.EscapeDataString(query[i].Name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return new Uri(text.ToString());
    }

    /// <summary>False where one has no value.</summary>
    public static bool TryAddHeaders(HttpRequestMessage message, ImmutableArray<NamedText> headers, QuestionValues values)
    {
        foreach (var header in headers)
        {
            if (header.Value.Fill(placeholder => values.Of(placeholder) is { } value ? HeaderText.Encode(value) : null) is not { } filled)
            {
                return false;
            }

            message.Headers.TryAddWithoutValidation(header.Name, filled);
        }

        return true;
    }

    private sealed class JsonFormat(ConnectorCall.Http call, Uri address) : ExchangeFormat(address)
    {
        public override AnswerLanguage Language => AnswerLanguage.Json;

        public override OutgoingRequest? Write(QuestionValues values)
        {
            if (AddressOf(call.Path, call.Query, values) is not { } uri)
            {
                return null;
            }

            var (body, type) = call.Body switch
            {
                null => ((string?)"", (string?)null),
                HttpBody.Json json => (json.Value.Fill(values.Of), "application/json"),
                HttpBody.Form form => (FormOf(form, values), "application/x-www-form-urlencoded"),
                _ => throw new InvalidOperationException($"body {call.Body}"),
            };
            var message = new HttpRequestMessage(new HttpMethod(call.Method), uri);
            message.Headers.TryAddWithoutValidation("Accept", "application/json");
            return body is not null && TryAddHeaders(message, call.Headers, values) ? new OutgoingRequest(message, Encoding.UTF8.GetBytes(body), type) : null;
        }

        public override bool Takes(MediaTypeHeaderValue? type) =>
            type?.MediaType is { } name && (name.Equals("application/json", StringComparison.OrdinalIgnoreCase) || name.Equals("text/json", StringComparison.OrdinalIgnoreCase) || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            && (type.CharSet is not { } charset || charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

        private static string? FormOf(HttpBody.Form form, QuestionValues values)
        {
            var fields = form.Fields.Select(field => (field.Name, Value: field.Value.Fill(values.Of))).ToList();
            return fields.Exists(field => field.Value is null) ? null : string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value ?? "")}"));
        }
    }

    private sealed class XmlFormat(ConnectorCall.Soap call, Uri address) : ExchangeFormat(address)
    {
        private const string Declaration = """<?xml version="1.0" encoding="utf-8"?>""";

        public override AnswerLanguage Language => AnswerLanguage.Xml;

        public override OutgoingRequest? Write(QuestionValues values)
        {
            if (AddressOf(call.Path, [], values) is not { } uri || call.Body.Fill(values.Of) is not { } xml)
            {
                return null;
            }

            var message = new HttpRequestMessage(HttpMethod.Post, uri);
            var action = call.Action ?? "";
            if (call.Version == SoapVersion.Soap11)
            {
                message.Headers.TryAddWithoutValidation("SOAPAction", $"\"{action}\"");
            }

            var type = call.Version switch
            {
                SoapVersion.Soap11 => "text/xml; charset=utf-8",
                SoapVersion.Soap12 => action.Length == 0 ? "application/soap+xml; charset=utf-8" : $"application/soap+xml; charset=utf-8; action=\"{action}\"",
                _ => "application/xml; charset=utf-8",
            };
            return TryAddHeaders(message, call.Headers, values) ? new OutgoingRequest(message, Encoding.UTF8.GetBytes(Declaration + xml), type) : null;
        }

        public override bool Takes(MediaTypeHeaderValue? type) =>
            type?.MediaType is { } name && (name.Equals("text/xml", StringComparison.OrdinalIgnoreCase) || name.Equals("application/xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith("+xml", StringComparison.OrdinalIgnoreCase));

        public override ConnectorFault? FaultOf(IReadAnswer answer) => call.Version == SoapVersion.None ? null : SoapFault.Of(answer);
    }
}

/// <summary>A request before it is authenticated.</summary>
/// <param name="Body">Empty where there is none; then <paramref name="Type"/> is null.</param>
internal sealed record OutgoingRequest(HttpRequestMessage Message, byte[] Body, string? Type);
