"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.urls import path

from practices.views import (
    adoptions,
    collections,
    compare,
    coverage,
    exports,
    importing,
    permanent,
    recommendations,
    reviewing,
    verifying,
    writing,
)

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    # import from a spreadsheet
    path("import/", importing.import_start, name="import"),
    path("import/template.xlsx", importing.template, name="import_template"),
    path("import/<slug:token>/", importing.import_report, name="import_report"),
    # review
    path("criteria/", reviewing.criteria, name="criteria"),
    path("review/", reviewing.queue, name="review_queue"),
    path("review/<int:pk>/", reviewing.review, name="review"),
    path("drafts/<int:pk>/status/", reviewing.status, name="status"),
    path("drafts/<int:pk>/submit/", reviewing.submit, name="submit"),
    path("drafts/<int:pk>/withdraw/", reviewing.withdraw, name="withdraw"),
    # still true?
    path("verify/<str:token>/", verifying.verify, name="verify"),
    # adoptions
    path("<int:number>/adopt/", adoptions.adopt, name="adopt"),
    path("adoptions/", adoptions.adoptions, name="adoptions"),
    path("adoptions/waiting/", adoptions.waiting, name="adoptions_waiting"),
    path("adoptions/<int:pk>/", adoptions.adoption, name="adoption"),
    path("adoptions/<int:pk>/change/", adoptions.change, name="change_adoption"),
    path("adoptions/<int:pk>/confirm/", adoptions.confirm, name="confirm_adoption"),
    path("adoptions/<int:pk>/decline/", adoptions.decline, name="decline_adoption"),
    path("adoptions/<int:pk>/withdraw/", adoptions.withdraw, name="withdraw_adoption"),
    # comparison
    path("compare/", compare.compare_sheets, name="compare"),
    # collections
    path("<int:number>/collect/", collections.collect, name="collect"),
    path("collections/", collections.collections, name="collections"),
    path("collections/mine/", collections.own, name="own_collections"),
    path("collections/new/", collections.new, name="new_collection"),
    path("collections/<int:pk>/", collections.collection, name="collection"),
    path("collections/<int:pk>/edit/", collections.edit, name="edit_collection"),
    path("collections/<int:pk>/delete/", collections.delete, name="delete_collection"),
    path("collections/<int:pk>/<int:item_pk>/move/", collections.move, name="move_in_collection"),
    path("collections/<int:pk>/<int:item_pk>/note/", collections.note, name="note_in_collection"),
    path("collections/<int:pk>/<int:item_pk>/remove/", collections.remove, name="remove_from_collection"),
    # what surrounds the sheets
    path("recommendations/", recommendations.all_recommendations, name="recommendations"),
    path("coverage/", coverage.coverage, name="coverage"),
    # files and data
    path("<int:number>.pdf", exports.pdf, name="pdf"),
    path("<int:number>/<slug:language>/v<int:version>.pdf", exports.version_pdf, name="version_pdf"),
    path("<int:number>/<slug:language>/v<int:version>.<slug:file_format>", exports.citation, name="citation"),
    path("booklet.pdf", exports.booklet, name="booklet"),
    path("export.<slug:file_format>", exports.export, name="export"),
    # writing
    path("mine/", writing.mine, name="mine"),
    path("new/", writing.new, name="new"),
    path("drafts/<int:pk>/write/", writing.write, name="write"),
    path("drafts/<int:pk>/write/<slug:tab>/", writing.write, name="write"),
    path("drafts/<int:pk>/preview/", writing.preview, name="preview"),
    path("drafts/<int:pk>/delete/", writing.delete, name="delete"),
    path("drafts/<int:pk>/authors/", writing.authors, name="authors"),
]
