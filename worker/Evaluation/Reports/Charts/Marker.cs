namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>Shapes tell lines apart where colours can't: in print, and for readers who can't tell the colours apart.</summary>
enum Marker { Circle, Square, Triangle, Diamond, Cross, Ring }
