namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>All script of the page: the tree viewer, and unfolding for print.</summary>
static class PageScript
{
    public const string Text = """
        (function () {
          'use strict';
          var data = {};
          document.querySelectorAll('script[type="application/json"]').forEach(function (element) {
            data[element.id] = JSON.parse(element.textContent);
          });

          function show(step) {
            var path = step.closest('[data-tree]').dataset.tree.split('/');
            var node = data[path[0]][path[1]][step.dataset.node];
            var box = step.closest('.tree');
            box.querySelectorAll('.step.chosen').forEach(function (other) { other.classList.remove('chosen'); });
            step.classList.add('chosen');
            var panel = box.querySelector('.step-text');
            panel.textContent = '';
            var head = document.createElement('p');
            head.textContent = step.getAttribute('aria-label') + ', ' + node.tokens + ' tokens'
              + (node.finished ? ', answer: ' + (node.answer === null ? 'none' : node.answer) : '');
            var text = document.createElement('pre');
            text.textContent = node.text;
            panel.append(head, text);
          }

          document.querySelectorAll('.step').forEach(function (step) {
            step.addEventListener('click', function () { show(step); });
            step.addEventListener('focus', function () { show(step); });
          });
          var folded = [];
          window.addEventListener('beforeprint', function () {
            folded = Array.from(document.querySelectorAll('details:not([open])'));
            folded.forEach(function (details) { details.open = true; });
          });
          window.addEventListener('afterprint', function () { folded.forEach(function (details) { details.open = false; }); });
        })();
        """;
}
