using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>What goes out to an agency for one question.</summary>
public abstract record ConnectorCall
{
    private ConnectorCall()
    {
    }

    /// <summary>One HTTP request; the answer is JSON.</summary>
    /// <param name="Path">What follows the address.</param>
    public sealed record Http(string Method, PlaceholderText Path, ImmutableArray<NamedText> Query, ImmutableArray<NamedText> Headers, HttpBody? Body) : ConnectorCall;

    /// <summary>One POST of an XML document; the answer is XML.</summary>
    public sealed record Soap(SoapVersion Version, string? Action, PlaceholderText Path, ImmutableArray<NamedText> Headers, XmlTemplate Body) : ConnectorCall;
}

/// <summary>A name and a text with placeholders: a header, a query parameter, a column.</summary>
public sealed record NamedText(string Name, PlaceholderText Value);

/// <summary>The body of an HTTP request.</summary>
public abstract record HttpBody
{
    private HttpBody()
    {
    }

    public sealed record Json(JsonTemplate Value) : HttpBody;

    /// <summary>application/x-www-form-urlencoded, UTF-8.</summary>
    public sealed record Form(ImmutableArray<(string Name, TextTemplate Value)> Fields) : HttpBody;
}

/// <summary>In which envelope an XML document travels.</summary>
public enum SoapVersion
{
    /// <summary>text/xml and SOAPAction.</summary>
    Soap11,

    /// <summary>application/soap+xml, its action a parameter.</summary>
    Soap12,

    /// <summary>Plain XML over HTTP, application/xml.</summary>
    None,
}
