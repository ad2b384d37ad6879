namespace LegalAid.Gateway.Operations.Peers;

/// <summary>What to do about the cause of a delivery to another gateway, as the overview of deliveries names it.</summary>
internal static class PeerCauses
{
    public static string RemedyOf(string cause) => GatewayHost.Faults.Find(cause) is { } fault
        ? $"{fault.Code}：{fault.Zh}；{fault.RemedyZh} · {fault.En}. {fault.RemedyEn}"
        : cause switch
        {
            "" => "尚未发送：可能正在等待或已暂停，见 deliveries overview · Nothing was sent yet: the other may be paused or suspended; see deliveries overview",
            "tls" => "tls：证书不被信任。核对 connectors/{网关}.ca.pem，或对方不接受本方证书 · A certificate is not trusted: compare connectors/{gateway}.ca.pem, or have the other compare our certificate",
            "network" => "network：连不上。核对目录中的地址和端口、防火墙，对方是否在运行 · No connection: compare address and port in the directory, firewalls, and whether the other runs",
            "timeout" => "timeout：对方未及时答复 · The other did not answer in time: it is slow, or something between drops what is sent",
            "untrusted" => "untrusted：答复不是该网关签的。核对目录中的密钥与对方 /.well-known/jwks · The answer is not signed by that gateway: compare the keys in the directory with its /.well-known/jwks",
            "address-refused" => "address-refused：地址不在 allowed-addresses 之内 · The address is in none of allowed-addresses",
            "out-of-order" => "out-of-order：其前的消息尚未送达 · A message before it is not there yet; see deliveries list",
            _ => $"{cause}：见对方日志 · See the other's log",
        };
}
