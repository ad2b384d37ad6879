using System.Xml;
using System.Xml.Linq;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>Women's federation (妇联): SOAP 1.1, the key in the header.</summary>
internal sealed class WomensFederationInterface() : HttpInterface(new BodyField("abuse-victim", "Abused"))
{
    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/", Own = "urn:protection";

    public override BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find)
    {
        var asked = Xml.Read(request.Body);
        if (asked?.Element(Soap + "Header")?.Element(Own + "Key")?.Value != secret || request.Header("SOAPAction") != "\"urn:protection:query\"")
        {
            return Reply(new XElement(Soap + "Fault", new XElement("faultcode", "soap:Client"), new XElement("faultstring", "key")), StatusCodes.Status500InternalServerError);
        }

        var known = find(asked.Descendants(Own + "Number").FirstOrDefault()?.Value ?? "");
        var answer = new XElement(Own + "Answer", new XElement(Own + "Found", known is not null));
        if (known is not null && Word(known, "abuse-victim") is { } abused)
        {
            answer.Add(new XElement(Own + "Abused", abused));
        }

        return Reply(answer, StatusCodes.Status200OK);
    }

    private static BodyReply Reply(XElement inner, int status) =>
        new(status, "text/xml; charset=utf-8", Xml.Write(new XElement(Soap + "Envelope", new XAttribute(XNamespace.Xmlns + "soap", Soap), new XElement(Soap + "Body", inner))));
}

/// <summary>Veterans' affairs (退役军人): SOAP 1.2, a key in a header of HTTP.</summary>
internal sealed class VeteransInterface() : HttpInterface(
    BodyField.YesNo("hero-relative", "hero-relative", "1", "0"),
    BodyField.YesNo("special-care", "special-care", "1", "0"),
    BodyField.YesNo("military", "military", "1", "0"))
{
    private static readonly XNamespace Soap = "http://www.w3.org/2003/05/soap-envelope", Own = "urn:veterans";

    private static readonly string[] Items = ["hero-relative", "special-care", "military"];

    public override BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find)
    {
        if (request.Header("X-Access-Key") != secret || !request.Header("Content-Type").StartsWith("application/soap+xml", StringComparison.Ordinal))
        {
            return BodyReply.Unknown;
        }

        var known = find(Xml.Read(request.Body)?.Descendants(Own + "Person").FirstOrDefault()?.Attribute("number")?.Value ?? "");
        var result = new XElement(Own + "Result", new XAttribute("code", known is null ? "NONE" : "OK"));
        result.Add(from fact in Items let word = known is null ? null : Word(known, fact) where word is not null select new XElement(Own + "Item", new XAttribute("kind", fact), word));
        return new BodyReply(StatusCodes.Status200OK, "application/soap+xml; charset=utf-8", Xml.Write(new XElement(Soap + "Envelope", new XElement(Soap + "Body", result))));
    }
}

/// <summary>XML in and out.</summary>
internal static class Xml
{
    /// <summary>The root; null where it is not well-formed. Document types are not read.</summary>
    public static XElement? Read(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    public static string Write(XElement root) => root.ToString(SaveOptions.DisableFormatting);
}
