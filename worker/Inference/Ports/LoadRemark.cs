namespace RebaseBatch.Inference.Ports;

/// <summary>Something that is wrong, or worth knowing, about a model that loads.</summary>
/// <param name="Text">One line without control characters.</param>
/// <param name="Spoils">Whether answers or scores get worse because of it. Otherwise it is only worth knowing.</param>
sealed record LoadRemark(string Text, bool Spoils);
