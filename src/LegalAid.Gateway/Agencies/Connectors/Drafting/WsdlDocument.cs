using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Reads WSDL 1.1 with its schemas inside: SOAP 1.1 and 1.2 bindings, document and rpc style, literal use.</summary>
internal sealed class WsdlDocument
{
    private const string Soap11 = "http://schemas.xmlsoap.org/wsdl/soap/", Soap12 = "http://schemas.xmlsoap.org/wsdl/soap12/";

    private static readonly XNamespace Wsdl = "http://schemas.xmlsoap.org/wsdl/";

    private readonly XElement _root;
    private readonly XmlShapes _shapes;

    private WsdlDocument(XElement root) => (_root, _shapes) = (root, new XmlShapes(root.Element(Wsdl + "types")));

    public static ForeignDocument Read(string text)
    {
        XElement? root;
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            root = XDocument.Load(reader).Root;
        }
        catch (XmlException malformed)
        {
            return ForeignDocument.Useless($"不是可读的 XML（不接受 DTD）· Not XML that is read (a DTD is refused): {malformed.Message}");
        }

        if (root?.Name != Wsdl + "definitions")
        {
            return ForeignDocument.Useless($"不是 WSDL 1.1 · Not WSDL 1.1: {root?.Name}");
        }

        var document = new WsdlDocument(root);
        var calls = document.Calls().ToImmutableArray();
        return !calls.IsEmpty ? new ForeignDocument(calls, "")
            : root.Elements(Wsdl + "import").Any() ? ForeignDocument.Useless("绑定在被导入的文件中，请合并为一个文件 · Its bindings are in an imported document; give them in one file")
            : ForeignDocument.Useless("没有 SOAP 绑定的操作 · It has no operation bound to SOAP");
    }

    private IEnumerable<ForeignCall> Calls()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in _root.Elements(Wsdl + "service").Elements(Wsdl + "port"))
        {
            var address = port.Elements().FirstOrDefault(element => element.Name.LocalName == "address")?.Attribute("location")?.Value ?? "";
            if (Named("binding", port.Attribute("binding")) is not { } binding || Named("portType", binding.Attribute("type")) is not { } type
                || binding.Elements().FirstOrDefault(element => element.Name.LocalName == "binding" && element.Name.NamespaceName is Soap11 or Soap12) is not { } soap)
            {
                continue;
            }

            foreach (var bound in binding.Elements(Wsdl + "operation"))
            {
                var name = bound.Attribute("name")?.Value ?? "";
                if (type.Elements(Wsdl + "operation").FirstOrDefault(operation => operation.Attribute("name")?.Value == name) is { } operation && seen.Add(name)
                    && CallOf(name, address, soap, bound, operation) is { } call)
                {
                    yield return call;
                }
            }
        }
    }

    private ForeignCall? CallOf(string name, string address, XElement soap, XElement bound, XElement operation)
    {
        var rules = bound.Elements().FirstOrDefault(element => element.Name.LocalName == "operation" && element.Name.Namespace == soap.Name.Namespace);
        var isRpc = (rules?.Attribute("style") ?? soap.Attribute("style"))?.Value == "rpc";
        var remarks = ImmutableArray.CreateBuilder<string>();
        if (bound.Descendants().Any(element => element.Name.LocalName == "body" && element.Attribute("use")?.Value == "encoded"))
        {
            remarks.Add("采用 SOAP 编码（use=encoded），模板未写 xsi:type，可能需要补上 · It uses SOAP encoding; the template has no xsi:type, which may have to be added");
        }

        if (RootOf(operation.Element(Wsdl + "input"), bound.Element(Wsdl + "input"), isRpc, name, remarks) is not { } root)
        {
            return null;
        }

        var answer = RootOf(operation.Element(Wsdl + "output"), bound.Element(Wsdl + "output"), isRpc, name + "Response", remarks);
        return new ForeignCall
        {
            Name = name,
            Title = operation.Element(Wsdl + "documentation")?.Value.Trim() ?? "",
            Address = address,
            Request = root.Shape,
            Answer = answer?.Shape,
            Envelope = new ForeignEnvelope(soap.Name.NamespaceName == Soap12 ? "1.2" : "1.1", rules?.Attribute("soapAction")?.Value ?? "", root, answer),
            Remarks = [.. remarks.Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The element that stands in the body: the part's own, or for rpc the operation's with one child for each part.</summary>
    private ForeignMember? RootOf(XElement? side, XElement? boundSide, bool isRpc, string name, ImmutableArray<string>.Builder remarks)
    {
        if (Named("message", side?.Attribute("message")) is not { } message)
        {
            return null;
        }

        var body = boundSide?.Elements().FirstOrDefault(element => element.Name.LocalName == "body");
        if (boundSide?.Elements().Any(element => element.Name.LocalName == "header") == true)
        {
            remarks.Add("该操作另有 SOAP 头，未写入模板 · It has SOAP headers too, which the template leaves out");
        }

        var parts = message.Elements(Wsdl + "part").Where(part => body?.Attribute("parts")?.Value.Split(' ').Contains(part.Attribute("name")?.Value, StringComparer.Ordinal) != false).ToList();
        if (!isRpc)
        {
            return parts.Count > 0 && parts[0].Attribute("element") is { } element ? _shapes.Element(parts[0], element.Value) : null;
        }

        var members = parts.Select(part => new ForeignMember(part.Attribute("name")?.Value ?? "", part.Attribute("type") is { } type ? _shapes.Type(part, type.Value) : new ForeignShape.Unknown("没有类型 · no type"), Required: true));
        return new ForeignMember(name, new ForeignShape.Map([.. members], ""), Required: true, body?.Attribute("namespace")?.Value ?? _root.Attribute("targetNamespace")?.Value ?? "");
    }

    private XElement? Named(string kind, XAttribute? reference)
    {
        var local = reference?.Value.Split(':')[^1];
        return local is null ? null : _root.Elements(Wsdl + kind).FirstOrDefault(element => element.Attribute("name")?.Value == local);
    }
}
