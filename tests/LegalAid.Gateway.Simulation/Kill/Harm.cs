namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>What befalls a gateway at work.</summary>
public enum Harm
{
    /// <summary>SIGKILL, one node at a time.</summary>
    Kills,

    /// <summary>The same, and every third time a crash of the database's server (<c>pg_ctl -m immediate</c>) in its place; on PostgreSQL only.</summary>
    KillsAndCrashes,

    /// <summary>The disk of the store is full for a while. Nobody is killed: the gateway lives through it.</summary>
    FullDisk,
}
