namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>Shapes tell lines apart where colours don't: in print, and for the colour-blind.</summary>
enum Marker { Circle, Square, Triangle, Diamond, Cross, Ring }
